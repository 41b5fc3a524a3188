package dev.ideal4j.eval.metrics;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * A ranking of images of which each counts as often as a resample says: sorted once, walked thousands of times. Not
 * thread-safe.
 */
public final class ResampledRanking implements Ranking {
    /** Positions among the product's images, by falling score. */
    private final int[] order;

    private final float[] scores;
    private final boolean[] anomalous;
    private int[] weights;
    private long positives;
    private long negatives;

    /**
     * Every image once.
     *
     * @param scores by the image's position among those of its product; NaN where it was not scored
     * @param anomalous as many
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
     * How often each image counts from now on.
     *
     * @param newWeights 0 or more, one an image; kept, not copied
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
