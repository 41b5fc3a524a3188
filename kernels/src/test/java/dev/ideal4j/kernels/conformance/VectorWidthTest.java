package dev.ideal4j.kernels.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.Test;

class VectorWidthTest {
    @Test
    void theForcedWidthIsInForce() {
        Integer bits = VectorWidth.forced();
        assumeTrue(bits != null, "no vector width is forced by " + VectorWidth.PROPERTY);
        VectorWidth.assumeNative();
        assertThat(Subjects.get("cpu").description()).contains(bits == 0 ? "plain loops" : bits + " bit");
    }
}
