package dev.ideal4j.kernels.cpu;

/**
 * The k largest values seen so far and where they were, largest first; among equals the earlier, NaN after every number.
 * Most values fail the comparison with the least of the k, which is made for many at once.
 */
final class TopK {
    private final InnerLoops loops;
    private final int k;
    private final float[] values;
    private final int valuesAt;
    private final int[] positions;
    private final int positionsAt;
    private int count;

    /** Keeps its k values and positions in the given arrays, from the given places on. */
    TopK(InnerLoops loops, int k, float[] values, int valuesAt, int[] positions, int positionsAt) {
        this.loops = loops;
        this.k = k;
        this.values = values;
        this.valuesAt = valuesAt;
        this.positions = positions;
        this.positionsAt = positionsAt;
    }

    /** Offers {@code n} values; the first is at position {@code first}, which grows from call to call. */
    void offer(float[] x, int at, int n, int first) {
        int end = at + n;
        int i = at;
        while (i < end) {
            float least = count < k ? Float.NaN : values[valuesAt + k - 1];
            if (!Float.isNaN(least)) {
                i = loops.firstAbove(x, i, end, least);
                if (i == end) {
                    return;
                }
            }
            if (count < k || !Float.isNaN(x[i])) {
                insert(x[i], first + i - at);
            }
            i++;
        }
    }

    private void insert(float value, int position) {
        int at = count < k ? count++ : k - 1;
        while (at > 0 && before(value, values[valuesAt + at - 1])) {
            values[valuesAt + at] = values[valuesAt + at - 1];
            positions[positionsAt + at] = positions[positionsAt + at - 1];
            at--;
        }
        values[valuesAt + at] = value;
        positions[positionsAt + at] = position;
    }

    private static boolean before(float a, float b) {
        return a > b || Float.isNaN(b) && !Float.isNaN(a);
    }
}
