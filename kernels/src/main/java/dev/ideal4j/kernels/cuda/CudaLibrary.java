package dev.ideal4j.kernels.cuda;

import dev.ideal4j.kernels.natives.NativeLibraries;
import java.util.Locale;
import java.util.Map;
import jcuda.LogLevel;
import jcuda.driver.JCudaDriver;
import jcuda.nvrtc.JNvrtc;

/**
 * Loads JCuda once and without log output: the binding of the driver, and the binding of the run-time compiler if the
 * compiler exists.
 */
final class CudaLibrary {
    private static final boolean WINDOWS =
            System.getProperty("os.name").toLowerCase(Locale.ROOT).contains("win");
    private static final String DRIVER = WINDOWS ? "nvcuda.dll" : "libcuda.so.1";

    private CudaLibrary() {}

    static boolean isWindows() {
        return WINDOWS;
    }

    /** Returns null if the driver can be called, otherwise the reason why not. */
    static String reasonAgainst() {
        return Driver.REASON;
    }

    /**
     * Returns null if the run-time compiler can be called, otherwise the reason why not. Its version may still be newer
     * than the driver.
     */
    static String reasonAgainstCompiler() {
        return Compiler.REASON;
    }

    private static final class Driver {
        static final String REASON = reason(DRIVER, System.getenv());
    }

    private static final class Compiler {
        static final String REASON = ToolkitLibrary.NVRTC.load(() -> JNvrtc.setLogLevel(LogLevel.LOG_QUIET));
    }

    /** Returns the reason why a driver of this name cannot be called in this environment, or null if it can. */
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

    /** Returns whether a class can be found. Does not initialise the class. */
    static boolean isOnClassPath(String name) {
        try {
            Class.forName(name, false, CudaLibrary.class.getClassLoader());
            return true;
        } catch (ClassNotFoundException | LinkageError e) {
            return false;
        }
    }
}
