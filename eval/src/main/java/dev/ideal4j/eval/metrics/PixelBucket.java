package dev.ideal4j.eval.metrics;

/**
 * The pixels whose scores have the same upper 16 bits. If there are many pixels, a {@link Tally} counts each value of the
 * lower 16 bits. Otherwise a list holds the pixels and is counted at the end.
 */
final class PixelBucket {
    private final Tally tally;
    private final char[] negatives;
    private final char[] positives;
    private final double[] weights;
    private int negativeCount;
    private int positiveCount;

    /** Makes a bucket for exactly this number of pixels. */
    PixelBucket(int negatives, int positives) {
        boolean tallied = Tally.bytes(positives > 0) < listBytes(negatives, positives);
        this.tally = tallied ? new Tally(positives > 0) : null;
        this.negatives = tallied ? null : new char[negatives];
        this.positives = tallied ? null : new char[positives];
        this.weights = tallied ? null : new double[positives];
    }

    /** The approximate memory, in bytes, of a bucket for this number of pixels. */
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

    /** The tally of the bucket. If the bucket holds a list, it is counted in {@code scratch}, which must be empty. */
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
