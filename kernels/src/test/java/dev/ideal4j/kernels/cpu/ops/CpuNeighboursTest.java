package dev.ideal4j.kernels.cpu.ops;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ideal4j.core.Backend;
import dev.ideal4j.core.Backends;
import dev.ideal4j.core.Indices;
import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.checkpoint.SeededValues;
import dev.ideal4j.core.ops.NeighbourIndex;
import org.junit.jupiter.api.Test;

class CpuNeighboursTest {
    private static final int ROWS = 4096;
    private static final int WIDTH = 384;
    private static final int K = 12;

    @Test
    void anIndexTakesTheMemoryOfItsRows() {
        try (Backend backend = Backends.open("cpu");
                Scope scope = backend.scope()) {
            Tensor rows = scope.upload(SeededValues.uniform("rows", ROWS * WIDTH, 1, 0), ROWS, WIDTH);
            long before = backend.liveBytes();
            NeighbourIndex index = backend.neighbours().index(rows, scope);
            Indices nearest = scope.allocateIndices(1, K);
            backend.neighbours().topK(rows.slice(0, 1), index, K, scope.allocate(1, K), nearest);
            assertThat(backend.liveBytes() - before).isLessThanOrEqualTo((long) (1.1 * 4 * ROWS * WIDTH));
            assertThat(nearest.toArray()[0]).isZero();
        }
    }

    @Test
    void rowsWithoutValuesAreEquallyNear() {
        try (Backend backend = Backends.open("cpu");
                Scope scope = backend.scope()) {
            NeighbourIndex index = backend.neighbours().index(scope.allocate(5, 0), scope);
            Tensor similarities = scope.allocate(1, 2);
            Indices nearest = scope.allocateIndices(1, 2);
            backend.neighbours().topK(scope.allocate(1, 0), index, 2, similarities, nearest);
            assertThat(similarities.toArray()).containsExactly(0, 0);
            assertThat(nearest.toArray()).containsExactly(0, 1);
        }
    }
}
