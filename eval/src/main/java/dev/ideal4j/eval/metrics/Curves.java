package dev.ideal4j.eval.metrics;

/**
 * The curves of threshold metrics. They are empty without anomalous or without normal samples.
 *
 * @param roc recall over false-positive rate
 * @param precisionRecall precision over recall
 * @param pro mean region overlap over false-positive rate, up to 0.3; the recall if the samples are not pixels
 */
public record Curves(Curve roc, Curve precisionRecall, Curve pro) {
    /** No curves. */
    static final Curves NONE = new Curves(Curve.NONE, Curve.NONE, Curve.NONE);

    private static final double PRO_LIMIT = 0.3;

    /** The curves of a ranking. */
    public static Curves of(Ranking ranking) {
        Builder builder = new Builder(ranking);
        ranking.walk(builder);
        return builder.build();
    }

    /** Collects the curves from the thresholds of a ranking. */
    static final class Builder implements Ranking.Visitor {
        private final double positives;
        private final double negatives;
        private final Curve.Builder roc = new Curve.Builder();
        private final Curve.Builder precisionRecall = new Curve.Builder();
        private final Curve.Builder pro = new Curve.Builder();
        private double rate;
        private double overlap;

        Builder(Ranking ranking) {
            positives = ranking.positives();
            negatives = ranking.negatives();
            if (isDefined()) {
                roc.add(0, 0);
                pro.add(0, 0);
            }
        }

        private boolean isDefined() {
            return positives > 0 && negatives > 0;
        }

        @Override
        public void visit(float score, long tp, long fp, double newOverlap) {
            if (!isDefined()) {
                return;
            }
            double newRate = fp / negatives;
            roc.add(newRate, tp / positives);
            precisionRecall.add(tp / positives, tp / (double) (tp + fp));
            if (newRate <= PRO_LIMIT) {
                pro.add(newRate, newOverlap);
            } else if (rate < PRO_LIMIT) {
                pro.add(PRO_LIMIT, overlap + (newOverlap - overlap) * (PRO_LIMIT - rate) / (newRate - rate));
            }
            rate = newRate;
            overlap = newOverlap;
        }

        Curves build() {
            return new Curves(roc.build(), precisionRecall.build(), pro.build());
        }
    }
}
