package dev.ideal4j.eval.metrics;

import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.image.Mask;
import dev.ideal4j.core.image.ScoreMap;
import java.util.Arrays;

/**
 * Per-region overlap as the published IDEAL code computes it, for comparison with its tables. {@link ExactPro} is the exact
 * metric. Maps with a side above 256 pixels are scaled to 256. Regions are connected by sides only. Thresholds are equally
 * spaced between the largest and the smallest score. The curve consists of the points up to a false-positive rate of 0.3, and
 * is constant from the last point to 0.3. The part left of the first point does not count. The area is divided by 0.3, so it
 * is in [0, 1].
 *
 * <p>The value is 0 for a constant map, without regions, and without background. It is NaN without maps.
 *
 * <p>Several thresholds often have the same false-positive rate. The last of them sets the height of the curve.
 *
 * @param stable the value with the lowest threshold last, which has the largest overlap
 * @param numpy the value with the order of NumPy 1.24's unstable sort, as in published tables
 */
public record PublishedPro(double stable, double numpy) {
    /** Number of thresholds in the published tables. */
    public static final int THRESHOLDS = 50;

    private static final int LONGEST_SIDE = 256;
    private static final double LIMIT = 0.3;

    /**
     * Computes both values. They are 0 if there is no curve, as in the published code.
     *
     * @param thresholds number of thresholds, 2 or more; {@link #THRESHOLDS} in published tables
     * @throws InvalidInputException if there are fewer than 2 thresholds
     */
    public static PublishedPro of(ScoredMaps maps, int thresholds) {
        PublishedPro defined = defined(maps, thresholds);
        return maps.size() > 0 && Double.isNaN(defined.stable) ? new PublishedPro(0, 0) : defined;
    }

    /** Computes both values. They are NaN without maps, without regions, or without background. */
    static PublishedPro defined(ScoredMaps maps, int thresholds) {
        if (thresholds < 2) {
            throw new InvalidInputException("PRO thresholds", Integer.toString(thresholds), "2 or more");
        }
        Range range = new Range();
        maps.forEach((map, truth) -> range.extend(zoomed(map)));
        Counts counts = new Counts(range.thresholds(thresholds));
        maps.forEach((map, truth) -> counts.add(zoomed(map), zoomed(truth)));
        if (counts.background == 0 || counts.regions == 0) {
            return new PublishedPro(Double.NaN, Double.NaN);
        }
        return range.isConstant() ? new PublishedPro(0, 0) : counts.areas();
    }

    private static ScoreMap zoomed(ScoreMap map) {
        return CornerZoom.atMost(map, LONGEST_SIDE);
    }

    private static Mask zoomed(Mask mask) {
        return CornerZoom.atMost(mask, LONGEST_SIDE);
    }

    private static final class Range {
        private float least = Float.POSITIVE_INFINITY;
        private float largest = Float.NEGATIVE_INFINITY;

        void extend(ScoreMap map) {
            for (float value : map.values()) {
                least = Math.min(least, value);
                largest = Math.max(largest, value);
            }
        }

        /** Does as NumPy's {@code isclose}. */
        boolean isConstant() {
            return !(Math.abs(least - largest) > 1e-8 + 1e-5 * Math.abs(largest));
        }

        /** The thresholds from the largest score to the smallest, in float32 as the maps. */
        float[] thresholds(int count) {
            double step = ((double) least - largest) / (count - 1);
            float[] thresholds = new float[count];
            for (int i = 0; i < count; i++) {
                thresholds[i] = (float) (largest + i * step);
            }
            thresholds[count - 1] = least;
            return thresholds;
        }
    }

    /** The background pixels, and the sum of the shares of the regions, that each threshold predicts. */
    private static final class Counts {
        private final float[] thresholds;
        private final long[] falsePositives;
        private final double[] shares;
        private long background;
        private long regions;

        Counts(float[] thresholds) {
            this.thresholds = thresholds;
            falsePositives = new long[thresholds.length];
            shares = new double[thresholds.length];
        }

        void add(ScoreMap map, Mask truth) {
            Regions found = Regions.of(truth, Regions.Connectivity.FOUR);
            int[][] hits = new int[found.count()][thresholds.length];
            for (int i = 0; i < map.values().length; i++) {
                int first = firstReached(map.values()[i]);
                int region = found.labels()[i];
                if (region == Regions.NONE) {
                    background++;
                    falsePositives[first]++;
                } else {
                    hits[region][first]++;
                }
            }
            regions += found.count();
            for (int r = 0; r < found.count(); r++) {
                long sum = 0;
                for (int t = 0; t < thresholds.length; t++) {
                    sum += hits[r][t];
                    shares[t] += (double) sum / found.size(r);
                }
            }
        }

        /** The highest threshold that a score reaches. Every score reaches the last threshold. */
        private int firstReached(float score) {
            int low = 0;
            int high = thresholds.length - 1;
            while (low < high) {
                int middle = low + high >>> 1;
                if (score >= thresholds[middle]) {
                    high = middle;
                } else {
                    low = middle + 1;
                }
            }
            return low;
        }

        PublishedPro areas() {
            double[] rates = new double[thresholds.length];
            long sum = 0;
            for (int t = 0; t < rates.length; t++) {
                sum += falsePositives[t];
                rates[t] = (double) sum / background;
            }
            // The thresholds are descending, so the rates are already ascending.
            int[] rising = new int[rates.length];
            Arrays.setAll(rising, i -> i);
            return new PublishedPro(area(rates, rising), area(rates, NumpyArgsort.of(rates)));
        }

        private double area(double[] rates, int[] order) {
            double area = 0;
            double rate = Double.NaN;
            double overlap = 0;
            for (int t : order) {
                if (rates[t] <= LIMIT) {
                    double next = shares[t] / regions;
                    area += Double.isNaN(rate) ? 0 : (rates[t] - rate) * (overlap + next) / 2;
                    rate = rates[t];
                    overlap = next;
                }
            }
            return Double.isNaN(rate) ? 0 : (area + (LIMIT - rate) * overlap) / LIMIT;
        }
    }
}
