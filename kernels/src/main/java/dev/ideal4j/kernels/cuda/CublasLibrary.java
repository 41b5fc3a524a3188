package dev.ideal4j.kernels.cuda;

import java.util.Map;
import jcuda.LogLevel;
import jcuda.jcublas.JCublas2;

/**
 * Loads JCuda's binding of cuBLAS once and without log output. It is loaded only for backends whose name contains
 * cublas.
 */
final class CublasLibrary {
    private static final String BINDING = "jcuda.jcublas.JCublas2";

    private static final String NO_BINDING =
            "the binding of cuBLAS is not on the class path; add the dependency org.jcuda:jcublas";

    private CublasLibrary() {}

    /** Returns null if cuBLAS can probably be loaded, otherwise the reason why not. Loads nothing. */
    static String reasonAgainst(Map<String, String> environment) {
        String reason = ToolkitLibrary.CUBLAS.reasonAgainst(environment);
        return reason != null ? reason : CudaLibrary.isOnClassPath(BINDING) ? null : NO_BINDING;
    }

    /** Loads cuBLAS and returns null if it can be called, otherwise the reason why not. */
    static String load() {
        return Loaded.REASON;
    }

    private static final class Loaded {
        static final String REASON = CudaLibrary.isOnClassPath(BINDING)
                ? ToolkitLibrary.CUBLAS.load(() -> {
                    JCublas2.setLogLevel(LogLevel.LOG_QUIET);
                    JCublas2.setExceptionsEnabled(false);
                })
                : NO_BINDING;
    }
}
