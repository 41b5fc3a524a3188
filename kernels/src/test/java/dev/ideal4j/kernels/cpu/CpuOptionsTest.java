package dev.ideal4j.kernels.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ideal4j.core.Backend;
import dev.ideal4j.core.Backends;
import dev.ideal4j.core.Backends.Options;
import dev.ideal4j.core.Scope;
import dev.ideal4j.core.checkpoint.SeededValues;
import org.junit.jupiter.api.Test;

/** CPU backends of one JVM with different numbers of threads. */
class CpuOptionsTest {
    @Test
    void backendsWithDifferentThreadsAreOpenTogetherAndComputeTheSame() {
        try (Backend one = Backends.open("cpu", Options.DEFAULT.withThreads(1));
                Backend three = Backends.open("cpu", Options.DEFAULT.withThreads(3))) {
            assertThat(one.description()).endsWith(", 1 thread");
            assertThat(three.description()).endsWith(", 3 threads");
            assertThat(product(one)).containsExactly(product(three));
        }
    }

    private static float[] product(Backend backend) {
        try (Scope scope = backend.scope()) {
            var a = scope.upload(SeededValues.uniform("a", 200 * 300, 1, 0), 200, 300);
            var b = scope.upload(SeededValues.uniform("b", 300 * 100, 1, 0), 300, 100);
            var out = scope.allocate(200, 100);
            backend.products().multiply(a, b, out);
            return out.toArray();
        }
    }
}
