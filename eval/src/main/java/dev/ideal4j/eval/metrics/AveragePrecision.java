package dev.ideal4j.eval.metrics;

/**
 * Average precision: the sum over thresholds, from the highest, of the gain in recall times the precision there; not
 * interpolated. It equals scikit-learn's {@code average_precision_score}, and is 0 without anomalous samples as there.
 * {@link ImageMetrics} and {@link PixelMetrics} give NaN in that case. Zhu, "Recall, precision
 * and average precision" (2004).
 */
public final class AveragePrecision implements Ranking.Visitor {
    private final long positives;
    private long truePositives;
    private double sum;

    AveragePrecision(Ranking ranking) {
        positives = ranking.positives();
    }

    /** Average precision, in [0, 1]. */
    public static double of(Ranking ranking) {
        AveragePrecision precision = new AveragePrecision(ranking);
        ranking.walk(precision);
        return precision.value();
    }

    @Override
    public void visit(float score, long tp, long fp, double overlap) {
        if (tp > truePositives) {
            sum += (double) (tp - truePositives) / positives * tp / (tp + fp);
            truePositives = tp;
        }
    }

    double value() {
        return sum;
    }
}
