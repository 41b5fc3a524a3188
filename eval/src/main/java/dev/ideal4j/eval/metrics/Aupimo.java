package dev.ideal4j.eval.metrics;

import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.image.Mask;
import dev.ideal4j.core.image.ScoreMap;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * AUPIMO: for each defective image, the mean share of its defect that is found while almost no pixel of good images is. The
 * mean is over the logarithm of the false-positive rate between two bounds. The rate counts pixels of good images alone. An
 * image is good if its mask marks no pixel. Bertoldo et al., "AUPIMO: Redefining Visual Anomaly Detection Benchmarks with
 * High Speed and Low Tolerance", arXiv 2401.01984; computed as in anomalib.
 *
 * @param scores the score of each defective image, in [0, 1], in the order of the maps
 * @param warnings what makes the scores rough; none for enough good pixels
 */
public record Aupimo(List<Double> scores, List<String> warnings) {
    /**
     * The settings.
     *
     * @param thresholds number of thresholds, equally spaced between the lowest and the highest score of good images
     * @param lower the lower bound of the false-positive rate, above 0
     * @param upper its upper bound, above {@code lower}, at most 1
     * @param leastPoints number of thresholds between the bounds below which there is no score
     */
    public record Settings(int thresholds, double lower, double upper, int leastPoints) {
        /** The settings of the paper: rates from 1e-5 to 1e-4. */
        public static final Settings PUBLISHED = new Settings(300_000, 1e-5, 1e-4, 31);

        /** Checks the ranges. */
        public Settings {
            if (thresholds < 2) {
                throw new InvalidInputException("AUPIMO thresholds", Integer.toString(thresholds), "2 or more");
            }
            if (!(lower > 0 && lower < upper && upper <= 1)) {
                throw new InvalidInputException("AUPIMO bounds", lower + " to " + upper, "0 < lower < upper <= 1");
            }
        }
    }

    /**
     * The scores in short.
     *
     * @param mean mean score of the defective images, or NaN
     * @param missed number of defective images with a score of 0
     * @param rough whether there are {@link #warnings}
     * @param undefined the reason why the mean is NaN; null if it is defined
     */
    public record Summary(double mean, int missed, boolean rough, Undefined undefined) {
        static Summary none(Undefined undefined) {
            return new Summary(Double.NaN, 0, false, undefined);
        }

        /** The published AUPIMO of maps with at least one defective pixel. */
        static Summary of(ScoredMaps maps) {
            if (IntStream.range(0, maps.size()).noneMatch(i -> maps.truth(i).isEmpty())) {
                return none(Undefined.NO_GOOD_IMAGE);
            }
            try {
                Aupimo all = Aupimo.of(maps, Settings.PUBLISHED);
                int missed =
                        (int) all.scores.stream().filter(score -> score == 0).count();
                return new Summary(all.mean(), missed, !all.warnings.isEmpty(), null);
            } catch (InvalidInputException e) {
                return none(Undefined.TOO_FEW_GOOD_SCORES);
            }
        }
    }

    private static final int ENOUGH_POINTS = 300;

    /** Share of a bound by which the closest rate may miss it. */
    private static final double TOLERANCE = 0.01;

    /** Copies the lists. */
    public Aupimo {
        scores = List.copyOf(scores);
        warnings = List.copyOf(warnings);
    }

    /** The mean score of the defective images. */
    public double mean() {
        return scores.stream().mapToDouble(Double::doubleValue).average().orElse(Double.NaN);
    }

    /**
     * Computes the scores.
     *
     * @param maps maps with their masks
     * @throws InvalidInputException if there is no good or no defective image, or the good images do not have enough pixels of
     *     different scores for these bounds
     */
    public static Aupimo of(ScoredMaps maps, Settings settings) {
        return new Rates(maps, settings).scores(maps);
    }

    /**
     * How many pixels of good images reach each threshold. Counts of maps that are spread over machines are merged; the result
     * is that of all maps at one place.
     */
    public static final class Counts implements Serializable {
        private static final long serialVersionUID = 1;

        private final float[] thresholds;
        /** Pixels by the highest threshold that their score reaches. */
        private final long[] counts;

        private long pixels;

        /**
         * No pixel yet.
         *
         * @param good the range of all good images
         * @throws InvalidInputException if there is no good or no defective image, or the range has too few different scores
         */
        public Counts(Range good, Settings settings) {
            if (good.normal == 0 || good.defective == 0) {
                throw new InvalidInputException(
                        "images", good.normal + " good, " + good.defective + " defective", "at least one of each");
            }
            thresholds = good.thresholds(settings.thresholds());
            counts = new long[thresholds.length];
        }

        /** Counts the pixels of a map, if its image is good. */
        public void add(ScoreMap map, Mask truth) {
            if (truth.isEmpty()) {
                count(thresholds, map, null, counts);
                pixels += map.values().length;
            }
        }

        /** Adds what another has counted. */
        public void merge(Counts other) {
            pixels += other.pixels;
            for (int i = 0; i < counts.length; i++) {
                counts[i] += other.counts[i];
            }
        }
    }

    /** Counts each pixel at the highest threshold that its score reaches. */
    private static void count(float[] thresholds, ScoreMap map, Mask only, long[] counts) {
        float low = thresholds[0];
        double perStep = (thresholds.length - 1) / ((double) thresholds[thresholds.length - 1] - low);
        for (int i = 0; i < map.values().length; i++) {
            float score = map.values()[i];
            if (score >= low && (only == null || only.pixels()[i])) {
                int at = (int) Math.min(thresholds.length - 1, ((double) score - low) * perStep);
                while (thresholds[at] > score) {
                    at--;
                }
                while (at + 1 < thresholds.length && thresholds[at + 1] <= score) {
                    at++;
                }
                counts[at]++;
            }
        }
    }

    /** For each threshold the number of pixels that reach it; changes and returns {@code counts}. */
    private static long[] atLeast(long[] counts) {
        for (int k = counts.length - 2; k >= 0; k--) {
            counts[k] += counts[k + 1];
        }
        return counts;
    }

    /** The false-positive rate of each threshold, and the thresholds at the two bounds. */
    public static final class Rates implements Serializable {
        private static final long serialVersionUID = 1;

        private final double span;
        private final ArrayList<String> warnings = new ArrayList<>();
        final float[] thresholds;
        final double[] rates;

        /** Index of the threshold whose rate is closest to the lower bound; its threshold is the higher one. */
        final int atLower;

        final int atUpper;

        Rates(ScoredMaps maps, Settings settings) {
            this(counted(maps, settings), settings);
        }

        private static Counts counted(ScoredMaps maps, Settings settings) {
            Range good = new Range();
            maps.forEach(good::extend);
            Counts counts = new Counts(good, settings);
            maps.forEach(counts::add);
            return counts;
        }

        /**
         * The rates.
         *
         * @param good the counts of all good images
         * @throws InvalidInputException if the good images do not have enough pixels of different scores for these bounds
         */
        public Rates(Counts good, Settings settings) {
            span = Math.log(settings.upper() / settings.lower());
            thresholds = good.thresholds;
            rates = Arrays.stream(atLeast(good.counts.clone()))
                    .mapToDouble(count -> (double) count / good.pixels)
                    .toArray();
            atLower = closest(settings.lower());
            atUpper = closest(settings.upper());
            int points = atLower - atUpper + 1;
            if (points < Math.max(2, settings.leastPoints())) {
                throw new InvalidInputException(
                        "thresholds between the false-positive rates",
                        Integer.toString(Math.max(0, points)),
                        Math.max(2, settings.leastPoints()) + " or more: more pixels of good images");
            }
            if (points < ENOUGH_POINTS) {
                warnings.add("only " + points + " thresholds between the false-positive rates");
            }
        }

        /** What makes the scores rough; none for enough good pixels. */
        public List<String> warnings() {
            return List.copyOf(warnings);
        }

        private int closest(double bound) {
            if (bound > rates[0] || bound < rates[rates.length - 1]) {
                throw new InvalidInputException(
                        "false-positive rate " + bound,
                        "rates of " + rates[rates.length - 1] + " to " + rates[0],
                        "rates around it: more pixels of good images");
            }
            int closest = 0;
            for (int k = 1; k < rates.length; k++) {
                boolean closer = Math.abs(rates[k] - bound) < Math.abs(rates[closest] - bound);
                closest = closer || bound == 1 && rates[k] == 1 ? k : closest;
            }
            if (Math.abs(rates[closest] - bound) > TOLERANCE * bound) {
                warnings.add("the closest false-positive rate to " + bound + " is " + rates[closest]);
            }
            return closest;
        }

        /** For each threshold the share of an image's defect that reaches it. */
        double[] overlap(ScoreMap map, Mask truth) {
            long[] counts = new long[thresholds.length];
            count(thresholds, map, truth, counts);
            double marked = truth.marked();
            return Arrays.stream(atLeast(counts))
                    .mapToDouble(count -> count / marked)
                    .toArray();
        }

        /**
         * The score of a defective image.
         *
         * @param truth its mask, with at least one pixel
         */
        public double score(ScoreMap map, Mask truth) {
            return area(overlap(map, truth));
        }

        private Aupimo scores(ScoredMaps maps) {
            List<Double> scores = new ArrayList<>();
            maps.forEach((map, truth) -> {
                if (!truth.isEmpty()) {
                    scores.add(score(map, truth));
                }
            });
            return new Aupimo(scores, warnings);
        }

        /** The area under an image's curve, as a share of the nominal width. */
        private double area(double[] overlap) {
            double area = 0;
            for (int k = atUpper; k < atLower; k++) {
                area += (Math.log(rates[k]) - Math.log(rates[k + 1])) * (overlap[k] + overlap[k + 1]) / 2;
            }
            return Math.min(1, Math.max(0, area / span));
        }
    }

    /** The lowest and the highest score of good images. */
    public static final class Range implements Serializable {
        private static final long serialVersionUID = 1;

        private float min = Float.POSITIVE_INFINITY;
        private float max = Float.NEGATIVE_INFINITY;
        private long normal;
        private long defective;

        /** Takes in a map. */
        public void extend(ScoreMap map, Mask truth) {
            if (!truth.isEmpty()) {
                defective++;
                return;
            }
            normal++;
            for (float value : map.values()) {
                min = Math.min(min, value);
                max = Math.max(max, value);
            }
        }

        /** Takes in the maps of another range. */
        public void merge(Range other) {
            min = Math.min(min, other.min);
            max = Math.max(max, other.max);
            normal += other.normal;
            defective += other.defective;
        }

        /** Equal steps in float32, from both ends to the middle, as in PyTorch. */
        float[] thresholds(int count) {
            float step = (max - min) / (count - 1);
            float[] thresholds = new float[count];
            for (int i = 0; i < count; i++) {
                thresholds[i] = i < count / 2 ? Math.fma(step, i, min) : Math.fma(-step, count - 1 - i, max);
                if (i > 0 && !(thresholds[i] > thresholds[i - 1])) {
                    throw new InvalidInputException(
                            "scores of good images",
                            min + " to " + max,
                            "a range that " + count + " thresholds divide in float32");
                }
            }
            return thresholds;
        }
    }
}
