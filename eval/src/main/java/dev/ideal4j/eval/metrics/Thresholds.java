package dev.ideal4j.eval.metrics;

import dev.ideal4j.core.InvalidInputException;
import org.apache.commons.math3.stat.descriptive.rank.Percentile;
import org.apache.commons.math3.stat.descriptive.rank.Percentile.EstimationType;

/** Methods to choose a threshold. A sample is predicted anomalous if {@code score >= threshold}. */
public final class Thresholds {
    private Thresholds() {}

    /**
     * The highest threshold with the largest F1 score.
     *
     * @throws InvalidInputException without anomalous samples, because all thresholds are then equally good
     */
    public static float f1Optimal(Ranking ranking) {
        if (ranking.positives() == 0) {
            throw new InvalidInputException(
                    "F1-optimal threshold",
                    "normal samples only",
                    "an anomalous one, or the quantile of normal scores");
        }
        return F1Max.found(ranking).threshold();
    }

    /**
     * The lowest threshold among the scores that predicts at most a share of the normal samples anomalous. If the highest
     * score predicts too many, the threshold is the next float above it.
     *
     * @param rate the largest false-positive rate, in [0, 1]
     * @throws InvalidInputException without normal samples
     */
    public static float atFalsePositiveRate(Ranking ranking, double rate) {
        if (!(rate >= 0 && rate <= 1)) {
            throw new InvalidInputException("false-positive rate", Double.toString(rate), "0 to 1");
        }
        if (ranking.negatives() == 0) {
            throw new InvalidInputException("threshold by false-positive rate", "no normal sample", "at least one");
        }
        float[] found = {Float.NaN, Float.NaN};
        ranking.walk((score, tp, fp, overlap) -> {
            found[1] = Float.isNaN(found[1]) ? score : found[1];
            if ((double) fp / ranking.negatives() <= rate) {
                found[0] = score;
            }
        });
        return Float.isNaN(found[0]) ? Math.nextUp(found[1]) : found[0];
    }

    /**
     * A quantile of the scores of normal samples, for products without known defects. It is linear between scores, as NumPy's
     * {@code quantile}.
     *
     * @param normalScores scores of normal samples that were not references; not modified
     * @param quantile in (0, 1]; with 0.99 about one normal sample in a hundred is predicted anomalous
     */
    public static float normalQuantile(float[] normalScores, double quantile) {
        if (normalScores.length == 0) {
            throw new InvalidInputException("normal scores", "none", "at least one");
        }
        if (!(quantile > 0 && quantile <= 1)) {
            throw new InvalidInputException("quantile", Double.toString(quantile), "above 0, up to 1");
        }
        double[] scores = new double[normalScores.length];
        for (int i = 0; i < scores.length; i++) {
            scores[i] = normalScores[i];
        }
        return (float) new Percentile().withEstimationType(EstimationType.R_7).evaluate(scores, 100 * quantile);
    }
}
