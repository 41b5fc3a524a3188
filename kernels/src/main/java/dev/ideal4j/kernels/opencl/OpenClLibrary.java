package dev.ideal4j.kernels.opencl;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.jocl.CL;

/**
 * Loads JOCL, once, quietly. JOCL prints to standard output when there is no OpenCL library, so that is looked for first;
 * and it unpacks its own library under a fixed name into {@code java.io.tmpdir} and trusts what lies there, so that is
 * pointed to a private folder meanwhile.
 */
final class OpenClLibrary {
    private static final String TEMPORARY = "java.io.tmpdir";

    private static String reason;
    private static boolean tried;

    private OpenClLibrary() {}

    /** Null if OpenCL can be called, else why not. */
    static synchronized String reasonAgainst() {
        if (!tried) {
            tried = true;
            reason = load();
        }
        return reason;
    }

    private static String load() {
        if (!isInstalled(systemName(), System.getenv())) {
            return "no OpenCL library (" + systemName() + ") found; install the driver of the device, or PoCL";
        }
        try {
            loadFromPrivateFolder();
            return null;
        } catch (IOException e) {
            return "the OpenCL binding cannot be unpacked: " + e.getMessage();
        } catch (LinkageError e) {
            // The first failure says why; the class is unusable from then on, and never touched again.
            Throwable cause = e instanceof ExceptionInInitializerError && e.getCause() != null ? e.getCause() : e;
            return "the OpenCL library does not load: "
                    + String.valueOf(cause.getMessage()).lines().findFirst().orElse("");
        }
    }

    private static void loadFromPrivateFolder() throws IOException {
        Path folder = Files.createTempDirectory("ideal4j-jocl");
        String before = System.setProperty(TEMPORARY, folder.toString());
        try {
            CL.setExceptionsEnabled(false); // initialises the class
        } finally {
            System.setProperty(TEMPORARY, before);
            deleteNowOrAtExit(folder);
        }
    }

    /** Where a loaded library can be deleted, nothing stays behind even if the process is killed. */
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

    private static String systemName() {
        String system = System.getProperty("os.name").toLowerCase(Locale.ROOT);
        if (system.contains("win")) {
            return "OpenCL.dll";
        }
        return system.contains("mac") ? "OpenCL.framework" : "libOpenCL.so.1";
    }

    /** Whether the system's loader would find the library. */
    static boolean isInstalled(String name, Map<String, String> environment) {
        if (name.equals("OpenCL.framework")) {
            return true; // part of the system
        }
        List<Path> folders = new ArrayList<>();
        String variable = name.endsWith(".dll") ? "PATH" : "LD_LIBRARY_PATH";
        for (String folder : environment.getOrDefault(variable, "").split(File.pathSeparator)) {
            if (!folder.isBlank()) {
                folders.add(Path.of(folder));
            }
        }
        if (name.endsWith(".dll")) {
            folders.add(Path.of(environment.getOrDefault("SystemRoot", "C:\\Windows"), "System32"));
        } else {
            String machine = System.getProperty("os.arch").equals("amd64") ? "x86_64" : "aarch64";
            for (String root : List.of("/lib", "/usr/lib", "/usr/local/lib", "/lib64", "/usr/lib64")) {
                folders.add(Path.of(root));
                folders.add(Path.of(root, machine + "-linux-gnu"));
            }
        }
        return folders.stream().anyMatch(folder -> Files.exists(folder.resolve(name)))
                || !name.endsWith(".dll") && isInLoaderCache(name);
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
}
