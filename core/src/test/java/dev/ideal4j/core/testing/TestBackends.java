package dev.ideal4j.core.testing;

import dev.ideal4j.core.BackendProvider.Availability;
import dev.ideal4j.core.Backends;
import java.util.List;
import java.util.stream.Stream;

/**
 * Names of the backends that tests run on, for {@code @MethodSource}: all that are available, so that a machine with a
 * GPU tests it without being told. {@code -Dtest.backends=cpu,reference} narrows the choice.
 */
public final class TestBackends {
    private static final String REFERENCE = "reference";

    private TestBackends() {}

    /** Every available backend. */
    public static Stream<String> available() {
        String chosen = System.getProperty("test.backends", "");
        List<String> names = chosen.isBlank()
                ? Backends.describe().stream()
                        .filter(Availability::available)
                        .map(Availability::name)
                        .toList()
                : List.of(chosen.split(","));
        if (names.isEmpty()) {
            throw new IllegalStateException("no backend to test: " + Backends.describe());
        }
        return names.stream();
    }

    /** Every available backend but the reference, which is too slow for large inputs. */
    public static Stream<String> fast() {
        List<String> names =
                available().filter(name -> !name.startsWith(REFERENCE)).toList();
        if (names.isEmpty()) {
            throw new IllegalStateException("no backend but the reference to test: " + Backends.describe());
        }
        return names.stream();
    }
}
