package dev.ideal4j.kernels.cuda;

import dev.ideal4j.kernels.natives.NativeLibraries;
import java.util.Map;

/**
 * A library of the CUDA toolkit. JCuda's bindings are linked to the name that it has in version 12, so no other version is taken.
 *
 * @param what for messages, as {@code cuBLAS}
 * @param file of version 12
 */
record ToolkitLibrary(String what, String file) {
    static final ToolkitLibrary CUBLAS =
            new ToolkitLibrary("cuBLAS", CudaLibrary.isWindows() ? "cublas64_12.dll" : "libcublas.so.12");

    static final ToolkitLibrary NVRTC =
            new ToolkitLibrary("NVRTC", CudaLibrary.isWindows() ? "nvrtc64_120_0.dll" : "libnvrtc.so.12");

    /** Null if the file is installed, else why it cannot be used; loads nothing. */
    String reasonAgainst(Map<String, String> environment) {
        return NativeLibraries.isInstalled(file, environment)
                ? null
                : "no " + what + " (" + file + ") found; install that of CUDA 12";
    }

    /** Loads the binding: null if it can be called, else why not. */
    String load(Runnable initialise) {
        String reason = reasonAgainst(System.getenv());
        return reason != null ? reason : NativeLibraries.load("JCuda's binding of " + what, initialise);
    }
}
