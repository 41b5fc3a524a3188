package dev.ideal4j.eval.metrics;

/**
 * The largest F1 score (harmonic mean of precision and recall) over all thresholds. It is 0 without anomalous
 * samples, as in the published code. {@link ImageMetrics} and {@link PixelMetrics} give NaN in that case. van
 * Rijsbergen, "Information Retrieval", 2nd edition (1979), chapter 7.
 */
public final class F1Max implements Ranking.Visitor {
    private final long positives;
    private double best;
    private float threshold = Float.NaN;

    F1Max(Ranking ranking) {
        positives = ranking.positives();
    }

    /** The largest F1 score, in [0, 1]. */
    public static double of(Ranking ranking) {
        return found(ranking).value();
    }

    static F1Max found(Ranking ranking) {
        F1Max f1 = new F1Max(ranking);
        ranking.walk(f1);
        return f1;
    }

    @Override
    public void visit(float score, long tp, long fp, double overlap) {
        double f1 = 2.0 * tp / (positives + tp + fp);
        if (f1 > best) {
            best = f1;
            threshold = score;
        }
    }

    double value() {
        return best;
    }

    /** The highest threshold with the largest F1 score; NaN if that score is 0. */
    float threshold() {
        return threshold;
    }
}
