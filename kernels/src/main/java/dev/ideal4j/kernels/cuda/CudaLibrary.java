package dev.ideal4j.kernels.cuda;

import dev.ideal4j.kernels.natives.NativeLibraries;
import java.util.Locale;
import java.util.Map;
import jcuda.LogLevel;
import jcuda.driver.JCudaDriver;
import jcuda.nvrtc.JNvrtc;

/** Loads JCuda, once, quietly: the driver's binding, and that of the run-time compiler where there is one. */
final class CudaLibrary {
    private static final boolean WINDOWS =
            System.getProperty("os.name").toLowerCase(Locale.ROOT).contains("win");
    private static final String DRIVER = WINDOWS ? "nvcuda.dll" : "libcuda.so.1";

    private CudaLibrary() {}

    static boolean isWindows() {
        return WINDOWS;
    }

    /** Null if the driver can be called, else why not. */
    static String reasonAgainst() {
        return Driver.REASON;
    }

    /** Null if the run-time compiler can be called, else why not; its version may still be newer than the driver. */
    static String reasonAgainstCompiler() {
        return Compiler.REASON;
    }

    private static final class Driver {
        static final String REASON = reason(DRIVER, System.getenv());
    }

    private static final class Compiler {
        static final String REASON = ToolkitLibrary.NVRTC.load(() -> JNvrtc.setLogLevel(LogLevel.LOG_QUIET));
    }

    /** Why a driver of this name cannot be called in this environment; null if it can. */
    static String reason(String driver, Map<String, String> environment) {
        if (!NativeLibraries.isInstalled(driver, environment)) {
            return "no CUDA driver (" + driver + ") found; install NVIDIA's driver";
        }
        if (!isOnClassPath("jcuda.driver.JCudaDriver")) {
            return "JCuda is not on the class path; add the dependency org.jcuda:jcuda";
        }
        return NativeLibraries.load("JCuda's binding of the driver", () -> {
            JCudaDriver.setLogLevel(LogLevel.LOG_QUIET);
            JCudaDriver.setExceptionsEnabled(false);
        });
    }

    /** Whether a class can be found; does not initialise it. */
    static boolean isOnClassPath(String name) {
        try {
            Class.forName(name, false, CudaLibrary.class.getClassLoader());
            return true;
        } catch (ClassNotFoundException | LinkageError e) {
            return false;
        }
    }
}
