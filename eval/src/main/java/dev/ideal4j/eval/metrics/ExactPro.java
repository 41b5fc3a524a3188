package dev.ideal4j.eval.metrics;

import dev.ideal4j.core.InvalidInputException;

/**
 * Exact per-region overlap: the area under the curve of mean region overlap over false-positive rate up to a limit,
 * divided by the limit. Every distinct score is a threshold. The curve starts at (0, 0), is straight between
 * thresholds and is cut at the limit by interpolation. Bergmann et al., "The MVTec Anomaly Detection Dataset", IJCV 129
 * (2021), section 5; limits 0.3 there, 0.05 in later work.
 *
 * <p>Without a region, or without background, there is no curve. As in MVTec's evaluation the value is then that of the
 * diagonal, limit/2, which is also the value of a constant map. {@link PixelMetrics} gives NaN in that case.
 */
public final class ExactPro implements Ranking.Visitor {
    private final double limit;
    private final long negatives;
    private final boolean undefined;
    private double rate;
    private double overlap;
    private double area;

    ExactPro(Ranking ranking, double limit) {
        if (!(limit > 0 && limit <= 1)) {
            throw new InvalidInputException("PRO limit", Double.toString(limit), "above 0, up to 1");
        }
        this.limit = limit;
        negatives = ranking.negatives();
        undefined = negatives == 0 || ranking.positives() == 0;
    }

    /**
     * The normalised area, in [0, 1].
     *
     * @param limit largest false-positive rate, in (0, 1]
     */
    public static double of(Ranking ranking, double limit) {
        ExactPro pro = new ExactPro(ranking, limit);
        ranking.walk(pro);
        return pro.value();
    }

    @Override
    public void visit(float score, long tp, long fp, double newOverlap) {
        if (rate < limit) {
            double newRate = (double) fp / negatives;
            double end = Math.min(newRate, limit);
            double endOverlap =
                    newRate > limit ? overlap + (newOverlap - overlap) * (limit - rate) / (newRate - rate) : newOverlap;
            area += (end - rate) * (overlap + endOverlap) / 2;
            rate = newRate;
            overlap = newOverlap;
        }
    }

    double value() {
        return undefined ? limit / 2 : area / limit;
    }
}
