package dev.ideal4j.eval.metrics;

import dev.ideal4j.core.InvalidInputException;
import java.util.Arrays;

/** A ranking of samples held in memory: images, or a subsample of pixels. Immutable. */
public final class SampleRanking implements Ranking {
    /** {@link FloatKey} of the score above, label in the lowest bit; ascending. */
    private final long[] sorted;

    private final long positives;

    /**
     * Ranks samples.
     *
     * @param scores finite, higher is more anomalous; not modified
     * @param anomalous the truth of each score; not modified
     * @throws InvalidInputException if the numbers differ or a score is not finite
     */
    public SampleRanking(float[] scores, boolean[] anomalous) {
        if (scores.length != anomalous.length) {
            throw new InvalidInputException(
                    "labels", Integer.toString(anomalous.length), scores.length + ", one a score");
        }
        sorted = new long[scores.length];
        long count = 0;
        for (int i = 0; i < scores.length; i++) {
            if (!Float.isFinite(scores[i])) {
                throw new InvalidInputException("score " + i, Float.toString(scores[i]), "a finite number");
            }
            sorted[i] = (FloatKey.of(scores[i]) & 0xffffffffL) << 1 | (anomalous[i] ? 1 : 0);
            count += sorted[i] & 1;
        }
        positives = count;
        Arrays.sort(sorted);
    }

    @Override
    public long positives() {
        return positives;
    }

    @Override
    public long negatives() {
        return sorted.length - positives;
    }

    @Override
    public void walk(Visitor visitor) {
        long tp = 0;
        long fp = 0;
        for (int i = sorted.length - 1; i >= 0; i--) {
            tp += sorted[i] & 1;
            fp += 1 - (sorted[i] & 1);
            if (i == 0 || sorted[i] >>> 1 != sorted[i - 1] >>> 1) {
                visitor.visit(FloatKey.toFloat((int) (sorted[i] >>> 1)), tp, fp, (double) tp / positives);
            }
        }
    }
}
