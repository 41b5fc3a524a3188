package dev.ideal4j.eval.metrics;

import dev.ideal4j.core.InvalidInputException;
import org.apache.commons.math3.distribution.NormalDistribution;
import org.apache.commons.math3.stat.descriptive.moment.Mean;
import org.apache.commons.math3.stat.descriptive.moment.Variance;
import org.apache.commons.math3.stat.ranking.NaNStrategy;
import org.apache.commons.math3.stat.ranking.NaturalRanking;
import org.apache.commons.math3.stat.ranking.TiesStrategy;

/**
 * The variance and confidence interval of an AUROC. DeLong, DeLong and Clarke-Pearson, "Comparing the areas under two or
 * more correlated receiver operating characteristic curves", Biometrics 44 (1988). Computed by ranks as in Sun and Xu, IEEE
 * Signal Processing Letters 21 (2014).
 */
public final class DeLong {
    private static final NormalDistribution NORMAL = new NormalDistribution();

    /** For each positive the share of negatives below it, and for each negative the share of positives above it. */
    private final double[] ofPositives;

    private final double[] ofNegatives;

    private DeLong(double[] ofPositives, double[] ofNegatives) {
        this.ofPositives = ofPositives;
        this.ofNegatives = ofNegatives;
    }

    /**
     * An interval of values.
     *
     * @param low lower end
     * @param high upper end
     */
    public record Interval(double low, double high) {}

    /** The 95 % confidence interval of an AUROC; NaN if there are fewer than two positives or negatives. */
    public static Interval interval(float[] scores, boolean[] anomalous) {
        DeLong parts = parts(scores, anomalous);
        if (!parts.isDefined()) {
            return new Interval(Double.NaN, Double.NaN);
        }
        double half = NORMAL.inverseCumulativeProbability(0.975) * Math.sqrt(parts.variance());
        return new Interval(Math.max(0, parts.auroc() - half), Math.min(1, parts.auroc() + half));
    }

    private static DeLong parts(float[] scores, boolean[] anomalous) {
        if (scores.length != anomalous.length) {
            throw new InvalidInputException(
                    "labels", Integer.toString(anomalous.length), scores.length + ", one a score");
        }
        int m = 0;
        for (boolean positive : anomalous) {
            m += positive ? 1 : 0;
        }
        double[] all = new double[scores.length];
        double[] positives = new double[m];
        double[] negatives = new double[scores.length - m];
        int p = 0;
        int n = 0;
        for (int i = 0; i < all.length; i++) {
            all[i] = scores[i] + 0f;
            if (anomalous[i]) {
                positives[p++] = all[i];
            } else {
                negatives[n++] = all[i];
            }
        }
        return beaten(ranks(all), ranks(positives), ranks(negatives), anomalous);
    }

    private static DeLong beaten(double[] all, double[] amongPositives, double[] amongNegatives, boolean[] anomalous) {
        DeLong parts = new DeLong(new double[amongPositives.length], new double[amongNegatives.length]);
        int p = 0;
        int n = 0;
        for (int i = 0; i < all.length; i++) {
            if (anomalous[i]) {
                parts.ofPositives[p] = (all[i] - amongPositives[p++]) / amongNegatives.length;
            } else {
                parts.ofNegatives[n] = 1 - (all[i] - amongNegatives[n++]) / amongPositives.length;
            }
        }
        return parts;
    }

    private static double[] ranks(double[] values) {
        return values.length == 0 ? values : new NaturalRanking(NaNStrategy.FAILED, TiesStrategy.AVERAGE).rank(values);
    }

    private boolean isDefined() {
        return ofPositives.length > 1 && ofNegatives.length > 1;
    }

    private double auroc() {
        return new Mean().evaluate(ofPositives);
    }

    private double variance() {
        Variance variance = new Variance();
        return variance.evaluate(ofPositives) / ofPositives.length
                + variance.evaluate(ofNegatives) / ofNegatives.length;
    }
}
