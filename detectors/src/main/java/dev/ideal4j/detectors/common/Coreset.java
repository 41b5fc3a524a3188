package dev.ideal4j.detectors.common;

import dev.ideal4j.core.WorkInterruptedException;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * Few rows that stand for many: each next row is the one farthest from those taken so far (greedy k-centre, as in
 * PatchCore, Roth et al., arXiv 2106.08265). The same input gives the same rows.
 */
public final class Coreset {
    private Coreset() {}

    /**
     * A random projection that roughly keeps distances, so that rows can be compared by fewer numbers.
     *
     * @param seed the same seed gives the same projection
     * @return {@code (to, from)}, row-major: normal values of deviation 1/√to
     */
    public static float[] projection(int from, int to, long seed) {
        Random random = new Random(seed);
        float[] projection = new float[to * from];
        for (int i = 0; i < projection.length; i++) {
            projection[i] = (float) (random.nextGaussian() / Math.sqrt(to));
        }
        return projection;
    }

    /**
     * Chooses rows.
     *
     * @param rows {@code (n, width)}, row-major; not modified
     * @param count how many, 1 to n
     * @return their numbers, ascending; the first row is among them
     */
    public static int[] select(float[] rows, int width, int count) {
        int n = rows.length / width;
        float[] distances = new float[n];
        Arrays.fill(distances, Float.POSITIVE_INFINITY);
        int[] chosen = new int[count];
        for (int taken = 0; taken < count; taken++) {
            WorkInterruptedException.check();
            int latest = taken == 0 ? 0 : farthest(distances);
            chosen[taken] = latest;
            distances[latest] = Float.NEGATIVE_INFINITY;
            IntStream.range(0, n).parallel().forEach(row -> {
                if (distances[row] >= 0) {
                    distances[row] = Math.min(distances[row], squaredDistance(rows, row, latest, width));
                }
            });
        }
        Arrays.sort(chosen);
        return chosen;
    }

    /** The first of the farthest. */
    private static int farthest(float[] distances) {
        int farthest = 0;
        for (int row = 1; row < distances.length; row++) {
            if (distances[row] > distances[farthest]) {
                farthest = row;
            }
        }
        return farthest;
    }

    private static float squaredDistance(float[] rows, int a, int b, int width) {
        float sum = 0;
        for (int i = 0; i < width; i++) {
            float difference = rows[a * width + i] - rows[b * width + i];
            sum += difference * difference;
        }
        return sum;
    }
}
