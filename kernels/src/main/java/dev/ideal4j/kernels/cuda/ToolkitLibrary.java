package dev.ideal4j.kernels.cuda;

import dev.ideal4j.core.FileFormatException;
import dev.ideal4j.kernels.natives.NativeLibraries;
import dev.ideal4j.kernels.natives.NeededLibrary;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import jcuda.JCudaVersion;
import jcuda.LibUtils;

/**
 * A library of the CUDA toolkit that a binding of JCuda is linked to by the name it has in version 12. Whoever asks for it has
 * that of version 13 taken where there is no other: a private copy of the binding then needs the new name.
 *
 * @param what for messages, as {@code cuBLAS}
 * @param file of version 12
 * @param next of version 13; null where a binding cannot be made to need it
 * @param binding JCuda's, as its file names it
 */
record ToolkitLibrary(String what, String file, String next, String binding) {
    /** System property: {@code on} or {@code off}; it wins over the environment. */
    static final String PROPERTY = "ideal4j.cuda13";

    /** Environment variable: {@code on} or {@code off}. */
    static final String ENVIRONMENT = "IDEAL4J_CUDA13";

    private static final int NEXT_DRIVER = 13_000;

    static final ToolkitLibrary CUBLAS = CudaLibrary.isWindows()
            ? new ToolkitLibrary("cuBLAS", "cublas64_12.dll", null, "JCublas2")
            : new ToolkitLibrary("cuBLAS", "libcublas.so.12", "libcublas.so.13", "JCublas2");

    static final ToolkitLibrary NVRTC = CudaLibrary.isWindows()
            ? new ToolkitLibrary("NVRTC", "nvrtc64_120_0.dll", null, "JNvrtc")
            : new ToolkitLibrary("NVRTC", "libnvrtc.so.12", "libnvrtc.so.13", "JNvrtc");

    /**
     * Which file would be taken.
     *
     * @param file null if none
     * @param reason why none; null if one is taken
     */
    record Choice(String file, String reason) {}

    /** Looks for the files; loads nothing. */
    Choice choose(Map<String, String> environment) {
        if (NativeLibraries.isInstalled(file, environment)) {
            return new Choice(file, null);
        }
        if (next == null || !NativeLibraries.isInstalled(next, environment)) {
            String names = next == null ? file : file + ", " + next;
            return new Choice(null, "no " + what + " (" + names + ") found; install that of CUDA 12");
        }
        String fromEnvironment = environment.getOrDefault(ENVIRONMENT, "");
        String chosen = System.getProperty(PROPERTY, fromEnvironment);
        return switch (chosen) {
            case "on" -> new Choice(next, null);
            case "", "off" ->
                new Choice(
                        null,
                        "no " + what + " of CUDA 12 (" + file + ") found, but " + next + "; " + ENVIRONMENT
                                + "=on or -D" + PROPERTY + "=on takes that");
            default ->
                new Choice(
                        null,
                        "no " + what + " of CUDA 12 (" + file + ") found; whether to take " + next + ", " + ENVIRONMENT
                                + " or " + PROPERTY + ": found " + chosen + ", expected on or off");
        };
    }

    /**
     * Null if a driver is new enough for a file, else why not.
     *
     * @param driver its version, as 12060 for CUDA 12.6
     */
    String reasonAgainst(String chosen, int driver) {
        return chosen.equals(next) && driver < NEXT_DRIVER
                ? chosen + " needs a driver for CUDA 13; this one is for " + CudaDevice.version(driver)
                : null;
    }

    /** Loads the binding with what {@link #choose} takes: null if it can be called, else why not. */
    String load(Runnable initialise) {
        Choice choice = choose(System.getenv());
        return choice.reason != null
                ? choice.reason
                : NativeLibraries.load(
                        "JCuda's binding of " + what,
                        folder -> {
                            if (choice.file.equals(next)) {
                                unpackRenamed(folder);
                            }
                        },
                        initialise);
    }

    /** JCuda takes what lies there under the name that it would unpack it to. Throws {@link FileFormatException}. */
    private void unpackRenamed(Path folder) throws IOException {
        String name =
                LibUtils.createLibraryFileName(LibUtils.createPlatformLibraryName(binding + "-" + JCudaVersion.get()));
        try (InputStream packed = LibUtils.class.getResourceAsStream("/lib/" + name)) {
            if (packed == null) {
                throw new IOException(name + " is not on the class path");
            }
            byte[] renamed = NeededLibrary.renamed(name, packed.readAllBytes(), file, next);
            Path unfinished = Files.write(folder.resolve(name + ".unfinished"), renamed);
            Files.move(unfinished, folder.resolve(name), StandardCopyOption.ATOMIC_MOVE);
        }
    }
}
