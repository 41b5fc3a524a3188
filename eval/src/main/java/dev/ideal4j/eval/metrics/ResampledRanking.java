package dev.ideal4j.eval.metrics;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * A ranking of images in which each image counts as often as a resample has drawn it. The images are sorted once for
 * thousands of resamples. Not thread-safe.
 */
public final class ResampledRanking implements Ranking {
    /** Positions among the product's images, by descending score. */
    private final int[] order;

    private final float[] scores;
    private final boolean[] anomalous;
    private int[] weights;
    private long positives;
    private long negatives;

    /**
     * Makes a ranking in which each image counts once.
     *
     * @param scores scores by the position of the image in its product; NaN if the image was not scored
     * @param anomalous the truth of each score
     */
    public ResampledRanking(float[] scores, boolean[] anomalous) {
        this.scores = scores;
        this.anomalous = anomalous;
        order = IntStream.range(0, scores.length)
                .filter(i -> !Float.isNaN(scores[i]))
                .boxed()
                .sorted(Comparator.<Integer>comparingDouble(i -> scores[i] + 0f).reversed())
                .mapToInt(Integer::intValue)
                .toArray();
        int[] once = new int[scores.length];
        Arrays.fill(once, 1);
        resample(once);
    }

    /**
     * Sets how often each image counts.
     *
     * @param newWeights a weight of 0 or more for each image; the array is not copied
     */
    public void resample(int[] newWeights) {
        weights = newWeights;
        positives = 0;
        negatives = 0;
        for (int i : order) {
            if (anomalous[i]) {
                positives += weights[i];
            } else {
                negatives += weights[i];
            }
        }
    }

    @Override
    public long positives() {
        return positives;
    }

    @Override
    public long negatives() {
        return negatives;
    }

    @Override
    public void walk(Visitor visitor) {
        long tp = 0;
        long fp = 0;
        for (int k = 0; k < order.length; k++) {
            int i = order[k];
            if (anomalous[i]) {
                tp += weights[i];
            } else {
                fp += weights[i];
            }
            boolean last = k + 1 == order.length || scores[order[k + 1]] != scores[i];
            if (last && tp + fp > 0) {
                visitor.visit(scores[i], tp, fp, (double) tp / positives);
            }
        }
    }
}
