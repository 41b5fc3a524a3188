package dev.ideal4j.eval.metrics;

/**
 * The pixels whose scores share their upper 16 bits, by their lower 16: a {@link Tally} of each value where there are
 * many pixels, else a list that is tallied at the end.
 */
final class PixelBucket {
    private final Tally tally;
    private final char[] negatives;
    private final char[] positives;
    private final double[] weights;
    private int negativeCount;
    private int positiveCount;

    /** For exactly so many pixels. */
    PixelBucket(int negatives, int positives) {
        boolean tallied = Tally.bytes(positives > 0) < listBytes(negatives, positives);
        this.tally = tallied ? new Tally(positives > 0) : null;
        this.negatives = tallied ? null : new char[negatives];
        this.positives = tallied ? null : new char[positives];
        this.weights = tallied ? null : new double[positives];
    }

    /** Memory that a bucket of so many pixels takes, about. */
    static long bytes(int negatives, int positives) {
        return Math.min(Tally.bytes(positives > 0), listBytes(negatives, positives));
    }

    private static long listBytes(int negatives, int positives) {
        return 2L * negatives + 10L * positives;
    }

    void addNegative(char low) {
        if (tally != null) {
            tally.addNegative(low);
        } else {
            negatives[negativeCount++] = low;
        }
    }

    void addPositive(char low, double weight) {
        if (tally != null) {
            tally.addPositive(low, weight);
        } else {
            positives[positiveCount] = low;
            weights[positiveCount++] = weight;
        }
    }

    /** Its tally; {@code scratch}, an empty one, serves where it has none of its own. */
    Tally tally(Tally scratch) {
        if (tally != null) {
            return tally;
        }
        for (int i = 0; i < negativeCount; i++) {
            scratch.addNegative(negatives[i]);
        }
        for (int i = 0; i < positiveCount; i++) {
            scratch.addPositive(positives[i], weights[i]);
        }
        return scratch;
    }
}
