package dev.ideal4j.detectors.common;

import dev.ideal4j.core.WorkInterruptedException;
import java.util.Arrays;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * Selects a few rows that represent many. Each next row is the row that is farthest from the rows chosen so far (greedy
 * k-centre, as in PatchCore, Roth et al., arXiv 2106.08265). Equal inputs give equal rows.
 *
 * <p>A row's distance to the chosen rows can only fall. Therefore the last computed distance is an upper bound, and it is
 * updated only when no other row has a higher bound. The result equals that of the plain algorithm with far fewer distances.
 */
public final class Coreset {
    /** Number of rows that are updated at once. */
    private static final int BATCH = 64;

    private Coreset() {}

    /**
     * A random projection that roughly preserves distances, so that rows can be compared by fewer components.
     *
     * @param seed the same seed gives the same projection
     * @return {@code (to, from)}, row-major: normally distributed values of standard deviation 1/√to
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
     * Chooses rows, beginning with a given row.
     *
     * @param first index of the row to begin with
     * @param rows {@code (n, width)}, row-major; not modified
     * @param count number of rows to choose, 1 to n
     * @return indices of the chosen rows, in order of choice
     */
    public static int[] from(int first, float[] rows, int width, int count) {
        float[] bounds = new float[rows.length / width];
        Arrays.fill(bounds, Float.MAX_VALUE);
        bounds[first] = Float.POSITIVE_INFINITY;
        return select(rows, width, count, bounds);
    }

    /**
     * Chooses rows. The distance of a row is the minimum of its given start value and of its Euclidean distances to the rows
     * chosen so far. Each next row has the largest distance; the lowest index among equals.
     *
     * @param rows {@code (n, width)}, row-major; not modified
     * @param count number of rows to choose, 1 to n
     * @param distances start value of each row; modified
     * @return indices of the chosen rows, in order of choice
     */
    public static int[] select(float[] rows, int width, int count, float[] distances) {
        return new Selection(rows, width, count, distances).run();
    }

    /** A selection in progress. */
    private static final class Selection {
        private final float[] rows;
        private final int width;
        private final float[] bounds;
        private final int[] chosen;
        /** The chosen rows, stored one after another, so that memory is read in order. */
        private final float[] centres;
        /** For each row, the number of chosen rows that its bound accounts for. */
        private final int[] known;

        private int taken;

        Selection(float[] rows, int width, int count, float[] bounds) {
            this.rows = rows;
            this.width = width;
            this.bounds = bounds;
            this.chosen = new int[count];
            this.centres = new float[Math.multiplyExact(count, width)];
            this.known = new int[bounds.length];
        }

        int[] run() {
            PriorityQueue<Integer> farthest = new PriorityQueue<>(
                    bounds.length, (a, b) -> bounds[a] != bounds[b] ? Float.compare(bounds[b], bounds[a]) : a - b);
            for (int row = 0; row < bounds.length; row++) {
                farthest.add(row);
            }
            int[] stale = new int[BATCH];
            while (taken < chosen.length) {
                WorkInterruptedException.check();
                if (known[farthest.element()] == taken) {
                    take(farthest.remove());
                    continue;
                }
                int some = 0;
                while (some < BATCH && !farthest.isEmpty()) {
                    stale[some++] = farthest.remove();
                }
                float next = farthest.isEmpty() ? Float.NEGATIVE_INFINITY : bounds[farthest.element()];
                IntStream.range(0, some).parallel().forEach(i -> update(stale[i], next));
                for (int i = 0; i < some; i++) {
                    farthest.add(stale[i]);
                }
            }
            return chosen;
        }

        private void take(int row) {
            System.arraycopy(rows, row * width, centres, taken * width, width);
            chosen[taken++] = row;
        }

        /** Updates the bound of a row until it accounts for all chosen rows, or falls below {@code enough}. */
        private void update(int row, float enough) {
            float bound = bounds[row];
            int next = known[row];
            for (; next < taken && bound >= enough; next++) {
                bound = Math.min(bound, distance(row * width, next * width, bound));
            }
            known[row] = next;
            bounds[row] = bound;
        }

        /** The distance to a chosen row, or any number above {@code limit} if the distance is above the limit. */
        private float distance(int row, int centre, float limit) {
            double square = (double) limit * limit;
            double sum = 0;
            int i = 0;
            for (; i <= width - 32; i += 32) {
                float a = 0;
                float b = 0;
                float c = 0;
                float d = 0;
                for (int j = i; j < i + 32; j += 4) {
                    float p = rows[row + j] - centres[centre + j];
                    float q = rows[row + j + 1] - centres[centre + j + 1];
                    float r = rows[row + j + 2] - centres[centre + j + 2];
                    float s = rows[row + j + 3] - centres[centre + j + 3];
                    a += p * p;
                    b += q * q;
                    c += r * r;
                    d += s * s;
                }
                sum += (double) (a + b) + (c + d);
                if (sum > square) {
                    return Float.POSITIVE_INFINITY;
                }
            }
            for (; i < width; i++) {
                double p = rows[row + i] - centres[centre + i];
                sum += p * p;
            }
            return (float) Math.sqrt(sum);
        }
    }
}
