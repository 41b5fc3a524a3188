package dev.ideal4j.kernels.cuda;

import dev.ideal4j.kernels.natives.NativeLibraries;
import java.util.Map;

/**
 * A library of the CUDA toolkit. JCuda's bindings are linked to the library's file name in version 12, so no other
 * version is accepted.
 *
 * @param what name for messages, for example {@code cuBLAS}
 * @param file file name in version 12
 */
record ToolkitLibrary(String what, String file) {
    static final ToolkitLibrary CUBLAS =
            new ToolkitLibrary("cuBLAS", CudaLibrary.isWindows() ? "cublas64_12.dll" : "libcublas.so.12");

    static final ToolkitLibrary NVRTC =
            new ToolkitLibrary("NVRTC", CudaLibrary.isWindows() ? "nvrtc64_120_0.dll" : "libnvrtc.so.12");

    /** Returns null if the file is installed, otherwise the reason why the library cannot be used. Loads nothing. */
    String reasonAgainst(Map<String, String> environment) {
        return NativeLibraries.isInstalled(file, environment)
                ? null
                : "no " + what + " (" + file + ") found; install that of CUDA 12";
    }

    /** Loads the binding and returns null if it can be called, otherwise the reason why not. */
    String load(Runnable initialise) {
        String reason = reasonAgainst(System.getenv());
        return reason != null ? reason : NativeLibraries.load("JCuda's binding of " + what, initialise);
    }
}
