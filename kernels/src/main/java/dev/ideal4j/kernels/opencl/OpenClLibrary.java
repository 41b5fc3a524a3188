package dev.ideal4j.kernels.opencl;

import dev.ideal4j.kernels.natives.NativeLibraries;
import java.util.Locale;
import java.util.Map;
import org.jocl.CL;

/**
 * Loads JOCL once and without output. JOCL prints to standard output if there is no OpenCL library, so this class first
 * checks that the library exists.
 */
final class OpenClLibrary {
    private static final String MAC_FRAMEWORK = "OpenCL.framework";

    private static String reason;
    private static boolean tried;

    private OpenClLibrary() {}

    /** Returns null if OpenCL can be called, otherwise the reason why not. */
    static synchronized String reasonAgainst() {
        if (!tried) {
            tried = true;
            reason = isInstalled(systemName(), System.getenv())
                    ? NativeLibraries.load("the OpenCL binding", () -> CL.setExceptionsEnabled(false))
                    : "no OpenCL library (" + systemName() + ") found; install the driver of the device, or PoCL";
        }
        return reason;
    }

    private static String systemName() {
        String system = System.getProperty("os.name").toLowerCase(Locale.ROOT);
        if (system.contains("win")) {
            return "OpenCL.dll";
        }
        return system.contains("mac") ? MAC_FRAMEWORK : "libOpenCL.so.1";
    }

    /** Returns whether the system's loader would find the library. */
    static boolean isInstalled(String name, Map<String, String> environment) {
        return name.equals(MAC_FRAMEWORK) || NativeLibraries.isInstalled(name, environment); // part of macOS
    }
}
