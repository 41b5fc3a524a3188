package dev.ideal4j.eval.metrics;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * A confidence interval of an image AUROC over test images. It draws the images with replacement many times, good and
 * defective images separately, and takes the middle 95 % of the AUROCs. Efron and Tibshirani, "An Introduction to the
 * Bootstrap" (1993), chapter 13. With fewer than about ten good or defective images the interval is too narrow. It has no
 * width if every defective image scores higher than every good image.
 */
public final class AurocBootstrap {
    private static final int RESAMPLES = 2000;
    private static final long SEED = 1;

    private AurocBootstrap() {}

    /**
     * The images of a product.
     *
     * @param scores finite, higher is more anomalous; not modified
     * @param anomalous the truth of each score; not modified
     */
    public record Sample(float[] scores, boolean[] anomalous) {
        private boolean isDefined() {
            boolean[] kinds = new boolean[2];
            for (boolean positive : anomalous) {
                kinds[positive ? 1 : 0] = true;
            }
            return kinds[0] && kinds[1];
        }
    }

    /** The 95 % interval of a product's AUROC; none without good or without defective images. */
    public static Interval of(Sample sample) {
        return ofMean(List.of(sample));
    }

    /** The 95 % interval of the mean AUROC over products. Products without good or without defective images are left out. */
    public static Interval ofMean(List<Sample> samples) {
        List<Sample> defined = samples.stream().filter(Sample::isDefined).toList();
        if (defined.isEmpty()) {
            return Interval.NONE;
        }
        double[] means = new double[RESAMPLES];
        for (int p = 0; p < defined.size(); p++) {
            add(defined.get(p), new SplittableRandom(SEED + p), means);
        }
        Arrays.sort(means);
        return new Interval(
                means[(int) (0.025 * (RESAMPLES - 1))] / defined.size(),
                means[(int) Math.ceil(0.975 * (RESAMPLES - 1))] / defined.size());
    }

    private static void add(Sample sample, SplittableRandom random, double[] sums) {
        ResampledRanking ranking = new ResampledRanking(sample.scores(), sample.anomalous());
        int[][] strata = {positions(sample, true), positions(sample, false)};
        for (int b = 0; b < sums.length; b++) {
            int[] weights = new int[sample.scores().length];
            for (int[] stratum : strata) {
                for (int i = 0; i < stratum.length; i++) {
                    weights[stratum[random.nextInt(stratum.length)]]++;
                }
            }
            ranking.resample(weights);
            sums[b] += Auroc.of(ranking);
        }
    }

    private static int[] positions(Sample sample, boolean wanted) {
        return IntStream.range(0, sample.anomalous().length)
                .filter(i -> sample.anomalous()[i] == wanted)
                .toArray();
    }
}
