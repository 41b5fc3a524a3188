package dev.ideal4j.eval.metrics;

/**
 * Scored samples with known truth, as threshold metrics need them: the distinct scores, the highest first, and the numbers
 * of positives and negatives with at least that score.
 */
public interface Ranking {
    /** Number of anomalous samples. */
    long positives();

    /** Number of normal samples. */
    long negatives();

    /** Passes every distinct score to a visitor, the highest first. */
    void walk(Visitor visitor);

    /** Receives the distinct scores of a ranking, the highest first. */
    @FunctionalInterface
    interface Visitor {
        /**
         * Receives a threshold.
         *
         * @param score the threshold; a sample is predicted anomalous when its score is at least this
         * @param truePositives number of positives predicted anomalous
         * @param falsePositives number of negatives predicted anomalous
         * @param overlap mean over the true regions of the share that is predicted anomalous; if the samples are not
         *     pixels, each positive is a region of its own, so this is the recall
         */
        void visit(float score, long truePositives, long falsePositives, double overlap);
    }
}
