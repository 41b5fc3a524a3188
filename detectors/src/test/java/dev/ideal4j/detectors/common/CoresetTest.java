package dev.ideal4j.detectors.common;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ideal4j.core.WorkInterruptedException;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Coresets, beside the plain algorithm. */
class CoresetTest {
    /** Groups of rows, some of them equal. */
    private static float[] rows(int n, int width, int groups) {
        Random random = new Random(n);
        float[] rows = new float[n * width];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = i / width % groups * 3 + (float) random.nextGaussian();
        }
        System.arraycopy(rows, 0, rows, (n - 1) * width, width);
        return rows;
    }

    private static int[] plain(float[] rows, int width, int count, double[] distances) {
        int[] chosen = new int[count];
        for (int taken = 0; taken < count; taken++) {
            int next = 0;
            for (int row = 1; row < distances.length; row++) {
                next = distances[row] > distances[next] ? row : next;
            }
            chosen[taken] = next;
            for (int row = 0; row < distances.length; row++) {
                double distance =
                        Math.sqrt(EuclideanBank.squaredDistance(rows, row * width, rows, next * width, width));
                distances[row] = Math.min(distances[row], distance);
            }
        }
        return chosen;
    }

    @ParameterizedTest
    @CsvSource({"1, 3, 1, 1", "300, 5, 4, 290", "500, 40, 1, 100", "700, 100, 3, 70", "64, 33, 2, 63"})
    void theRowsAreThoseOfThePlainAlgorithm(int n, int width, int groups, int count) {
        float[] rows = rows(n, width, groups);
        double[] distances = new double[n];
        Arrays.fill(distances, Float.MAX_VALUE);
        distances[n / 2] = Double.POSITIVE_INFINITY;
        assertThat(Coreset.from(n / 2, rows, width, count)).isEqualTo(plain(rows, width, count, distances));

        Random random = new Random(3);
        float[] start = new float[n];
        for (int i = 0; i < n; i++) {
            start[i] = 5 + random.nextFloat();
        }
        double[] same = IntStream.range(0, n).mapToDouble(i -> start[i]).toArray();
        assertThat(Coreset.select(rows, width, count, start)).isEqualTo(plain(rows, width, count, same));
    }

    @Test
    void equalRowsAreChosenOnceEach() {
        int[] all = Coreset.from(2, new float[5 * 3], 3, 5);
        assertThat(all).containsExactlyInAnyOrder(0, 1, 2, 3, 4).startsWith(2);
    }

    @Test
    void endsWhenInterrupted() {
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> Coreset.from(0, rows(100, 3, 1), 3, 50)).isInstanceOf(WorkInterruptedException.class);
        assertThat(Thread.interrupted()).isTrue();
    }
}
