package dev.ideal4j.kernels.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ideal4j.core.BackendProvider.Availability;
import dev.ideal4j.core.Backends;
import java.util.List;
import org.junit.jupiter.api.Test;

class RequiredBackendsTest {
    private static final List<Availability> FOUND = List.of(
            new Availability("cuda", false, "libcuda not found"),
            new Availability("opencl:0", false, "driver too old"),
            new Availability("opencl:1", true, "a device"),
            new Availability("cpu", true, "a processor"));

    @Test
    void namesWhatIsMissingAndWhy() {
        assertThat(RequiredBackends.missing(List.of("cpu", "opencl"), FOUND)).isEmpty();
        assertThat(RequiredBackends.missing(List.of(), FOUND)).isEmpty();
        assertThat(RequiredBackends.missing(List.of("opencl:1"), FOUND)).isEmpty();
        assertThat(RequiredBackends.missing(List.of("opencl:0"), FOUND)).containsExactly("opencl:0: driver too old");
        assertThat(RequiredBackends.missing(List.of("cuda", "cpu", "abacus"), FOUND))
                .containsExactly("cuda: libcuda not found", "abacus: no provider of this kind");
    }

    @Test
    void thereIsAReference() {
        assertThat(RequiredBackends.missing(List.of("reference"), Backends.describe()))
                .isEmpty();
    }
}
