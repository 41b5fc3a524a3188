package dev.ideal4j.kernels.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicContainer.dynamicContainer;

import dev.ideal4j.core.Backends;
import dev.ideal4j.core.testing.Required;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Every operation on every available backend against the reference. */
class ConformanceTest {
    @Test
    void requiredBackendsAreAvailable() {
        List<String> required = Required.names();
        assertThat(RequiredBackends.missing(required, Backends.describe()))
                .as("missing backends of %s=%s", Required.ENVIRONMENT, required)
                .isEmpty();
    }

    @TestFactory
    Stream<DynamicContainer> everyOperationOnEveryBackend() {
        VectorWidth.assumeNative();
        return Subjects.names().stream().map(name -> {
            Conformance conformance = new Conformance(name, () -> Subjects.get(name), () -> Subjects.another(name));
            return dynamicContainer(name, conformance.tests());
        });
    }

    @AfterAll
    static void report() {
        Conformance.report();
    }
}
