package dev.ideal4j.kernels.conformance;

import dev.ideal4j.core.Backend;
import dev.ideal4j.core.Backends;
import dev.ideal4j.core.testing.TestBackends;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The backends under test, opened once. */
final class Subjects {
    static final String REFERENCE = "reference";

    /** Kinds that must have every operation. */
    static final Set<String> COMPLETE = Set.of("cpu");

    private static final Map<String, Backend> OPEN = new ConcurrentHashMap<>();

    private Subjects() {}

    /** Names of all available backends; where the CPU's vector width is forced, of the CPU alone. */
    static List<String> names() {
        return VectorWidth.forced() == null ? TestBackends.available().toList() : List.of("cpu");
    }

    /** As {@link #names()}, with those that lack operations yet. */
    static List<String> evenIncomplete() {
        return VectorWidth.forced() == null ? TestBackends.evenIncomplete().toList() : List.of("cpu");
    }

    static Backend get(String name) {
        return OPEN.computeIfAbsent(name, Backends::open);
    }

    /** A second backend of the same kind and device. */
    static Backend another(String name) {
        return OPEN.computeIfAbsent("another " + name, key -> Backends.open(name));
    }
}
