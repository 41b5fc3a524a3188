package dev.ideal4j.kernels.opencl;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The drivers that OpenCL's loader would load, all at its first call. On Linux, each driver is registered by a file
 * that names its library. Checking these files spares a process that does not use OpenCL the side effects of the
 * drivers. PoCL, for example, loads a compiler that replaces the JVM's signal handlers.
 */
final class OpenClDrivers {
    private static final Path REGISTRY = Path.of("/etc/OpenCL/vendors");

    /** Environment variables that tell loaders about other drivers. */
    private static final List<String> ELSEWHERE = List.of("OCL_ICD_VENDORS", "OPENCL_VENDOR_PATH", "OCL_ICD_FILENAMES");

    /** The drivers of PoCL and Intel for CPUs. */
    private static final String FOR_PROCESSORS = "(.*/)?lib(pocl|intelocl)[^/\\n]*";

    private OpenClDrivers() {}

    /** Returns whether all registered drivers are known to be for CPUs. Returns false in case of doubt. */
    static boolean areForProcessorsAlone() {
        return areForProcessorsAlone(REGISTRY, System.getenv());
    }

    static boolean areForProcessorsAlone(Path registry, Map<String, String> environment) {
        if (ELSEWHERE.stream().anyMatch(environment::containsKey)) {
            return false;
        }
        try (Stream<Path> files = Files.list(registry)) {
            List<Path> drivers =
                    files.filter(file -> file.toString().endsWith(".icd")).toList();
            for (Path driver : drivers) {
                if (!Files.readString(driver).strip().matches(FOR_PROCESSORS)) {
                    return false;
                }
            }
            return !drivers.isEmpty();
        } catch (IOException e) {
            return false;
        }
    }
}
