package dev.ideal4j.core.testing;

import dev.ideal4j.core.BackendProvider.Availability;
import dev.ideal4j.core.Backends;
import java.util.List;
import java.util.stream.Stream;

/**
 * Names of the backends that tests run on, for {@code @MethodSource}: all that are available, so that a machine with a
 * GPU tests it without being told. {@code -Dtest.backends=cpu,reference}, or the environment variable
 * {@value Backends#ENVIRONMENT}, narrows the choice.
 */
public final class TestBackends {
    private static final String REFERENCE = "reference";

    private TestBackends() {}

    /** Every available backend. */
    public static Stream<String> available() {
        String environment = System.getenv().getOrDefault(Backends.ENVIRONMENT, "");
        String chosen = System.getProperty("test.backends", environment);
        List<String> names = chosen.isBlank()
                ? Backends.describe().stream()
                        .filter(Availability::available)
                        .map(Availability::name)
                        .filter(name -> !isOfLowPrecision(name))
                        .toList()
                : List.of(chosen.split(","));
        if (names.isEmpty()) {
            throw new IllegalStateException("no backend to test: " + Backends.describe());
        }
        return names.stream();
    }

    /** Whether a name asks for a precision, as {@code cuda:0:bf16}: not to be held to float32's tolerances. */
    private static boolean isOfLowPrecision(String name) {
        return name.split(":").length > 2;
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
