package dev.ideal4j.kernels.cpu.ops;

import dev.ideal4j.kernels.cpu.loops.InnerLoops;
import java.util.Arrays;

/**
 * The k largest values seen so far and their positions, largest first. Among equal values the earlier one comes first,
 * and NaN comes after every number. Most values fail the comparison with the smallest of the k, and this comparison is
 * made for many values at once.
 */
final class TopK {
    private final InnerLoops loops;
    private final int k;
    private final float[] values;
    private final int valuesAt;
    private final int[] positions;
    private final int positionsAt;
    /** The largest values of groups of the offered values. */
    private final float[] groups = new float[InnerLoops.GROUPS];

    private int count;

    /** Creates a list that keeps its k values and positions in the given arrays, from the given positions on. */
    TopK(InnerLoops loops, int k, float[] values, int valuesAt, int[] positions, int positionsAt) {
        this.loops = loops;
        this.k = k;
        this.values = values;
        this.valuesAt = valuesAt;
        this.positions = positions;
        this.positionsAt = positionsAt;
    }

    /** Offers {@code n} values. The first value has the position {@code first}, which must grow from call to call. */
    void offer(float[] x, int at, int n, int first) {
        int end = at + n;
        int i = at;
        float floor = floor(x, at, n);
        while (i < end) {
            float least = count < k ? floor : values[valuesAt + k - 1];
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

    /**
     * Returns a number below at least k of these values, or NaN if the list is not empty, or if k is too large or the
     * values are too few for the bound to pay off. If k groups have a value above a number, then at least k values are
     * above it. The bound skips most values that would be inserted and removed again while the list fills up.
     */
    private float floor(float[] x, int at, int n) {
        if (count > 0 || k > InnerLoops.GROUPS / 2 || n < 4 * InnerLoops.GROUPS) {
            return Float.NaN;
        }
        loops.groupMaxima(x, at, n, groups);
        Arrays.sort(groups);
        float least = groups[InnerLoops.GROUPS - k];
        return least == Float.NEGATIVE_INFINITY ? Float.NaN : Math.nextDown(least);
    }

    private void insert(float value, int position) {
        int at = count < k ? count++ : k - 1;
        // A NaN is inserted after all present values, and a number is inserted before every NaN.
        while (at > 0 && !Float.isNaN(value) && !(values[valuesAt + at - 1] >= value)) {
            values[valuesAt + at] = values[valuesAt + at - 1];
            positions[positionsAt + at] = positions[positionsAt + at - 1];
            at--;
        }
        values[valuesAt + at] = value;
        positions[positionsAt + at] = position;
    }
}
