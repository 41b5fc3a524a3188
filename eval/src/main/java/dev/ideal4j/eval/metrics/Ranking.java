package dev.ideal4j.eval.metrics;

/**
 * Scored samples with known truth, as every threshold metric sees them: the distinct scores, highest first, and how many
 * positives and negatives score at least that. Equal scores are one step.
 */
public interface Ranking {
    /** Samples that are anomalous. */
    long positives();

    /** Samples that are normal. */
    long negatives();

    /** Shows every distinct score to a visitor, highest first. */
    void walk(Visitor visitor);

    /** Sees the distinct scores of a ranking, highest first. */
    @FunctionalInterface
    interface Visitor {
        /**
         * A threshold.
         *
         * @param score the threshold; a sample is predicted anomalous when its score is at least this
         * @param truePositives positives predicted anomalous
         * @param falsePositives negatives predicted anomalous
         * @param overlap mean over the true regions of the share that is predicted anomalous; where samples are no
         *     pixels, each positive is a region of its own, so this is the recall
         */
        void visit(float score, long truePositives, long falsePositives, double overlap);
    }
}
