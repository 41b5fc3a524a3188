package dev.ideal4j.kernels.natives;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Checks whether native libraries are installed, and loads bindings that unpack their own libraries. */
public final class NativeLibraries {
    private static final String TEMPORARY = "java.io.tmpdir";

    private NativeLibraries() {}

    /** Returns whether the system's loader would find a library of this file name. */
    public static boolean isInstalled(String name, Map<String, String> environment) {
        List<Path> folders = new ArrayList<>();
        boolean windows = name.endsWith(".dll");
        String variable = windows ? "PATH" : "LD_LIBRARY_PATH";
        for (String folder : environment.getOrDefault(variable, "").split(File.pathSeparator)) {
            if (!folder.isBlank()) {
                folders.add(Path.of(folder));
            }
        }
        if (windows) {
            folders.add(Path.of(environment.getOrDefault("SystemRoot", "C:\\Windows"), "System32"));
        } else {
            String machine = System.getProperty("os.arch").equals("amd64") ? "x86_64" : "aarch64";
            for (String root : List.of("/lib", "/usr/lib", "/usr/local/lib", "/lib64", "/usr/lib64")) {
                folders.add(Path.of(root));
                folders.add(Path.of(root, machine + "-linux-gnu"));
            }
        }
        return folders.stream().anyMatch(folder -> Files.exists(folder.resolve(name)))
                || !windows && isInLoaderCache(name);
    }

    private static boolean isInLoaderCache(String name) {
        Path cache = Path.of("/etc/ld.so.cache");
        try {
            return Files.isReadable(cache)
                    && new String(Files.readAllBytes(cache), StandardCharsets.ISO_8859_1).contains(name);
        } catch (IOException e) {
            return false;
        }
    }

    /**
     * Initialises a binding that unpacks its library under a fixed name into {@code java.io.tmpdir} and trusts the
     * files there. During the call, this property names a folder that only this process uses.
     *
     * @param what name for messages, for example {@code the OpenCL binding}
     * @param initialise uses the binding's class for the first time
     * @return null if the binding loaded, otherwise the reason why not; the class must not be used after a failure
     */
    public static synchronized String load(String what, Runnable initialise) {
        try {
            Path folder = Files.createTempDirectory("ideal4j-natives");
            String before = System.setProperty(TEMPORARY, folder.toString());
            try {
                initialise.run();
            } finally {
                System.setProperty(TEMPORARY, before);
                deleteNowOrAtExit(folder);
            }
            return null;
        } catch (IOException e) {
            return what + " cannot be unpacked: " + e.getMessage();
        } catch (LinkageError e) {
            // The first failure states the reason. Later failures state only that there was one.
            Throwable cause = e instanceof ExceptionInInitializerError && e.getCause() != null ? e.getCause() : e;
            return what + " does not load: " + firstLine(cause);
        }
    }

    private static String firstLine(Throwable error) {
        return String.valueOf(error.getMessage()).lines().findFirst().orElse("");
    }

    /**
     * Deletes the files now if possible, so that nothing remains even if the process is killed. Some systems cannot
     * delete a loaded library, so its file is deleted at exit.
     */
    private static void deleteNowOrAtExit(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                if (!file.toFile().delete()) {
                    file.toFile().deleteOnExit();
                }
            }
        }
        if (!folder.toFile().delete()) {
            folder.toFile().deleteOnExit();
        }
    }
}
