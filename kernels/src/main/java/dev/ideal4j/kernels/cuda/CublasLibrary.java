package dev.ideal4j.kernels.cuda;

import java.util.Map;
import jcuda.LogLevel;
import jcuda.jcublas.JCublas2;

/** Loads JCuda's binding of cuBLAS, once, quietly; only for backends that name it. */
final class CublasLibrary {
    private static final String BINDING = "jcuda.jcublas.JCublas2";

    private static final String NO_BINDING =
            "the binding of cuBLAS is not on the class path; add the dependency org.jcuda:jcublas";

    private CublasLibrary() {}

    /** Null if cuBLAS can probably be loaded, else why not; loads nothing. */
    static String reasonAgainst(Map<String, String> environment) {
        String reason = ToolkitLibrary.CUBLAS.reasonAgainst(environment);
        return reason != null ? reason : CudaLibrary.isOnClassPath(BINDING) ? null : NO_BINDING;
    }

    /** Null if cuBLAS can be called, else why not. */
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
