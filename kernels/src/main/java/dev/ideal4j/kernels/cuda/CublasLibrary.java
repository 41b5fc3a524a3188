package dev.ideal4j.kernels.cuda;

import dev.ideal4j.kernels.natives.NativeLibraries;
import java.util.Map;
import jcuda.LogLevel;
import jcuda.jcublas.JCublas2;

/** Loads JCuda's binding of cuBLAS, once, quietly; only for backends that name it. */
final class CublasLibrary {
    private static final String FILE = CudaLibrary.isWindows() ? "cublas64_12.dll" : "libcublas.so.12";
    private static final String BINDING = "jcuda.jcublas.JCublas2";

    private CublasLibrary() {}

    /** Null if cuBLAS can probably be loaded, else why not; loads nothing. */
    static String reasonAgainst(Map<String, String> environment) {
        if (!NativeLibraries.isInstalled(FILE, environment)) {
            return "no cuBLAS (" + FILE + ") found; install that of CUDA 12";
        }
        return CudaLibrary.isOnClassPath(BINDING)
                ? null
                : "the binding of cuBLAS is not on the class path; add the dependency org.jcuda:jcublas";
    }

    /** Null if cuBLAS can be called, else why not. */
    static String load() {
        return Loaded.REASON;
    }

    private static final class Loaded {
        static final String REASON = reason();

        private static String reason() {
            String absent = reasonAgainst(System.getenv());
            return absent != null
                    ? absent
                    : NativeLibraries.load("JCuda's binding of cuBLAS", () -> {
                        JCublas2.setLogLevel(LogLevel.LOG_QUIET);
                        JCublas2.setExceptionsEnabled(false);
                    });
        }
    }
}
