package dev.ideal4j.eval.metrics;

/**
 * Area under the receiver operating characteristic: the probability that an anomalous sample scores higher than a normal
 * one, ties counting one half. NaN unless there are both. Hanley and McNeil, "The meaning and use of the area under a
 * receiver operating characteristic curve", Radiology 143 (1982).
 */
public final class Auroc implements Ranking.Visitor {
    private final long positives;
    private final long negatives;
    private long truePositives;
    private long falsePositives;
    private double twiceWins;

    Auroc(Ranking ranking) {
        positives = ranking.positives();
        negatives = ranking.negatives();
    }

    /** The area, in [0, 1], or NaN. */
    public static double of(Ranking ranking) {
        Auroc auroc = new Auroc(ranking);
        ranking.walk(auroc);
        return auroc.value();
    }

    @Override
    public void visit(float score, long tp, long fp, double overlap) {
        twiceWins += (double) (fp - falsePositives) * (truePositives + tp);
        truePositives = tp;
        falsePositives = fp;
    }

    double value() {
        return positives == 0 || negatives == 0 ? Double.NaN : twiceWins / 2 / ((double) positives * negatives);
    }
}
