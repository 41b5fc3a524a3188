package dev.ideal4j.kernels.cpu.ops;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ideal4j.core.Backend;
import dev.ideal4j.core.Backends;
import dev.ideal4j.core.Indices;
import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.checkpoint.SeededValues;
import dev.ideal4j.core.ops.NeighbourIndex;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class NeighbourTieBreakerTest {
    private static final int WIDTH = 384;
    private static final int QUERIES = 200;
    private static final int REFERENCES = 300;
    private static final int K = 3;

    /** References come in pairs that differ by little more than rounding, so the third is often a close call. */
    private static float[] pairs() {
        float[] values = SeededValues.uniform("pairs", REFERENCES * WIDTH, 1, 0);
        float[] noise = SeededValues.uniform("noise", REFERENCES * WIDTH, 1e-6, 0);
        for (int row = 1; row < REFERENCES; row += 2) {
            for (int i = row * WIDTH; i < (row + 1) * WIDTH; i++) {
                values[i] = values[i - WIDTH] + noise[i];
            }
        }
        return values;
    }

    @Test
    void theLastNeighbourIsTheReferencesWhereFloat32CannotTell() {
        int[] expected = neighbours("reference");
        assertThat(neighbours("cpu")).isEqualTo(expected);
    }

    /** Sorted per query. */
    private static int[] neighbours(String name) {
        try (Backend backend = Backends.open(name);
                Scope scope = backend.scope()) {
            Tensor references = scope.upload(pairs(), REFERENCES, WIDTH);
            Tensor queries = scope.upload(SeededValues.uniform("queries", QUERIES * WIDTH, 1, 0), QUERIES, WIDTH);
            NeighbourIndex index = backend.neighbours().index(references, scope);
            Indices nearest = scope.allocateIndices(QUERIES, K);
            backend.neighbours().topK(queries, index, K, scope.allocate(QUERIES, K), nearest);
            int[] all = nearest.toArray();
            for (int row = 0; row < QUERIES; row++) {
                Arrays.sort(all, row * K, (row + 1) * K);
            }
            return all;
        }
    }
}
