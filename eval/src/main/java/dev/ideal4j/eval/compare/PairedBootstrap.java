package dev.ideal4j.eval.compare;

import dev.ideal4j.eval.metrics.Ranking;
import dev.ideal4j.eval.metrics.ResampledRanking;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * Tests whether the difference of two detectors is more than chance. It draws images with replacement many times, good and
 * defective images of each product separately, and the same images for both detectors and all seeds. The result is how
 * the difference of their metric varies. Efron and Tibshirani, "An Introduction to the Bootstrap" (1993), chapters 13 and 16.
 */
final class PairedBootstrap {
    private static final int RESAMPLES = 2000;
    private static final long SEED = 1;

    /**
     * The images of a product with both detectors' scores.
     *
     * @param anomalous whether each image is anomalous
     * @param first scores of the first detector, a row for each seed; NaN if an image was not scored
     * @param second scores of the second detector, in the same form
     */
    record Product(boolean[] anomalous, List<float[]> first, List<float[]> second) {}

    /**
     * A difference: the metric of the second detector minus that of the first.
     *
     * @param value the difference on the images themselves
     * @param low lower end of its 95 % confidence interval
     * @param high upper end of that interval
     * @param p two-sided probability of a difference at least this large if the detectors were equally good
     */
    record Difference(double value, double low, double high, double p) {}

    private PairedBootstrap() {}

    /** The difference of each product, then of the mean over products; NaN if the metric is undefined. */
    static List<Difference> differences(List<Product> products, ToDoubleFunction<Ranking> metric) {
        double[][] resampled = new double[products.size() + 1][RESAMPLES];
        double[] value = new double[products.size() + 1];
        for (int p = 0; p < products.size(); p++) {
            Pair pair = new Pair(products.get(p), metric);
            value[p] = pair.difference();
            SplittableRandom random = new SplittableRandom(SEED + p);
            for (int b = 0; b < RESAMPLES; b++) {
                pair.resample(random);
                resampled[p][b] = pair.difference();
            }
        }
        value[products.size()] = meanOfDefined(value, products.size());
        for (int b = 0; b < RESAMPLES; b++) {
            double[] column = new double[products.size()];
            for (int p = 0; p < column.length; p++) {
                column[p] = resampled[p][b];
            }
            resampled[products.size()][b] = meanOfDefined(column, column.length);
        }
        List<Difference> differences = new ArrayList<>();
        for (int p = 0; p < value.length; p++) {
            differences.add(difference(value[p], resampled[p]));
        }
        return differences;
    }

    private static double meanOfDefined(double[] values, int count) {
        return Arrays.stream(values, 0, count)
                .filter(value -> !Double.isNaN(value))
                .average()
                .orElse(Double.NaN);
    }

    private static Difference difference(double value, double[] resampled) {
        double[] sorted = Arrays.stream(resampled)
                .filter(sample -> !Double.isNaN(sample))
                .sorted()
                .toArray();
        if (Double.isNaN(value) || sorted.length == 0) {
            return new Difference(value, Double.NaN, Double.NaN, Double.NaN);
        }
        long below = Arrays.stream(sorted).filter(sample -> sample <= 0).count();
        long above = Arrays.stream(sorted).filter(sample -> sample >= 0).count();
        double p = Math.min(1, 2.0 * (Math.min(below, above) + 1) / (sorted.length + 1));
        return new Difference(
                value,
                sorted[(int) (0.025 * (sorted.length - 1))],
                sorted[(int) Math.ceil(0.975 * (sorted.length - 1))],
                p);
    }

    /** The rankings of both detectors on a product. */
    private static final class Pair {
        private final boolean[] anomalous;
        private final List<ResampledRanking> first = new ArrayList<>();
        private final List<ResampledRanking> second = new ArrayList<>();
        private final ToDoubleFunction<Ranking> metric;
        private final int[] positives;
        private final int[] negatives;

        Pair(Product product, ToDoubleFunction<Ranking> metric) {
            anomalous = product.anomalous();
            product.first().forEach(scores -> first.add(new ResampledRanking(scores, anomalous)));
            product.second().forEach(scores -> second.add(new ResampledRanking(scores, anomalous)));
            this.metric = metric;
            positives = positions(true);
            negatives = positions(false);
        }

        private int[] positions(boolean wanted) {
            return IntStream.range(0, anomalous.length)
                    .filter(i -> anomalous[i] == wanted)
                    .toArray();
        }

        void resample(SplittableRandom random) {
            int[] weights = new int[anomalous.length];
            for (int[] stratum : List.of(positives, negatives)) {
                for (int i = 0; i < stratum.length; i++) {
                    weights[stratum[random.nextInt(stratum.length)]]++;
                }
            }
            first.forEach(ranking -> ranking.resample(weights));
            second.forEach(ranking -> ranking.resample(weights));
        }

        /** The mean over seeds. */
        double difference() {
            return mean(second) - mean(first);
        }

        private double mean(List<ResampledRanking> rankings) {
            double sum = 0;
            for (ResampledRanking ranking : rankings) {
                sum += metric.applyAsDouble(ranking);
            }
            return sum / rankings.size();
        }
    }
}
