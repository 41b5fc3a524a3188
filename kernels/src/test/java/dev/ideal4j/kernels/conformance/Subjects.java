package dev.ideal4j.kernels.conformance;

import dev.ideal4j.core.Backend;
import dev.ideal4j.core.Backends;
import dev.ideal4j.core.testing.TestBackends;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The backends under test, opened once. */
final class Subjects {
    static final String REFERENCE = "reference";

    private static final String GROUPS = "ideal4j.opencl.groups";
    private static final Map<String, Backend> OPEN = new ConcurrentHashMap<>();

    private Subjects() {}

    /**
     * Names of all available backends; of the CPU alone where its vector width is forced, and of OpenCL devices where the
     * size of their work-groups is.
     */
    static List<String> names() {
        if (VectorWidth.forced() != null) {
            return List.of("cpu");
        }
        List<String> names = TestBackends.available().toList();
        if (System.getProperty(GROUPS) == null) {
            return names;
        }
        List<String> devices =
                names.stream().filter(name -> name.startsWith("opencl")).toList();
        if (devices.isEmpty()) {
            System.out.println("skipped: " + GROUPS + " is set, but there is no OpenCL device");
        }
        return devices;
    }

    static Backend get(String name) {
        return OPEN.computeIfAbsent(name, Backends::open);
    }

    /** A second backend of the same kind and device. */
    static Backend another(String name) {
        return OPEN.computeIfAbsent("another " + name, key -> Backends.open(name));
    }
}
