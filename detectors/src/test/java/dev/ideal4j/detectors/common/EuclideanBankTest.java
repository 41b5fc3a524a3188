package dev.ideal4j.detectors.common;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ideal4j.core.Backend;
import dev.ideal4j.core.Backends;
import dev.ideal4j.core.Scope;
import dev.ideal4j.detectors.common.EuclideanBank.Nearest;
import java.util.Comparator;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Nearest rows by Euclidean distance, beside a plain search. */
class EuclideanBankTest {
    private static float[] values(int count, float mean, long seed) {
        Random random = new Random(seed);
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = mean + (float) random.nextGaussian();
        }
        return values;
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "7, 3", "300, 9", "40000, 5"})
    void findsTheNearestRows(int size, int k) {
        int width = 6;
        float[] rows = values(size * width, 20, 1);
        float[] queries = values(50 * width, 20, 2);
        try (Backend backend = Backends.open("cpu");
                Scope scope = backend.scope()) {
            Nearest nearest = new EuclideanBank(rows, width, scope).nearest(scope.upload(queries, 50, width), k);
            assertThat(nearest.k()).isEqualTo(Math.min(k, size));
            for (int query = 0; query < 50; query++) {
                int at = query * width;
                int[] expected = IntStream.range(0, size)
                        .boxed()
                        .sorted(Comparator.comparingDouble(
                                row -> EuclideanBank.squaredDistance(queries, at, rows, row * width, width)))
                        .limit(k)
                        .mapToInt(Integer::intValue)
                        .toArray();
                for (int j = 0; j < expected.length; j++) {
                    int i = query * nearest.k() + j;
                    assertThat(nearest.indices()[i]).isEqualTo(expected[j]);
                    assertThat(nearest.squared()[i])
                            .isEqualTo(EuclideanBank.squaredDistance(queries, at, rows, expected[j] * width, width));
                }
            }
        }
    }

    /** The products alone would give a distance of about 0.01 here. */
    @ParameterizedTest
    @MethodSource("dev.ideal4j.core.testing.TestBackends#available")
    void equalRowsHaveNoDistanceAndTheLowerIndexComesFirst(String name) {
        float[] rows = values(40 * 8, 100, 1);
        System.arraycopy(rows, 3 * 8, rows, 30 * 8, 8);
        try (Backend backend = Backends.open(name);
                Scope scope = backend.scope()) {
            EuclideanBank bank = new EuclideanBank(rows, 8, scope);
            Nearest nearest = bank.nearest(scope.upload(bank.row(30), 1, 8), 2);
            assertThat(nearest.squared()).containsExactly(0, 0);
            assertThat(nearest.indices()).containsExactly(3, 30);
        }
    }
}
