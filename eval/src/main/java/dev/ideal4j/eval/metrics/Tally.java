package dev.ideal4j.eval.metrics;

/** Counts of negatives and positives, and the sum of the weights of positives, for each of 65,536 values. */
final class Tally {
    private static final int VALUES = 1 << 16;

    private final int[] negatives = new int[VALUES];
    private final int[] positives;
    private final double[] weights;

    Tally(boolean withPositives) {
        positives = new int[withPositives ? VALUES : 0];
        weights = new double[withPositives ? VALUES : 0];
    }

    static long bytes(boolean withPositives) {
        return (long) VALUES * (withPositives ? 16 : 4);
    }

    void addNegative(char value) {
        negatives[value]++;
    }

    void addPositive(char value, double weight) {
        positives[value]++;
        weights[value] += weight;
    }

    /** Passes the values that occur to a visitor, the highest first, and clears the counts. */
    void drain(int high, PixelRanking.Cursor cursor) {
        for (int low = VALUES - 1; low >= 0; low--) {
            boolean positive = positives.length > 0 && positives[low] > 0;
            if (positive || negatives[low] > 0) {
                cursor.at(high << 16 | low, positive ? positives[low] : 0, negatives[low], positive ? weights[low] : 0);
                negatives[low] = 0;
                if (positive) {
                    positives[low] = 0;
                    weights[low] = 0;
                }
            }
        }
    }
}
