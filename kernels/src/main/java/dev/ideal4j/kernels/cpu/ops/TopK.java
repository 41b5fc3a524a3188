package dev.ideal4j.kernels.cpu.ops;

import dev.ideal4j.kernels.cpu.loops.InnerLoops;
import java.util.Arrays;

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
    /** Largest values of some groups of what is offered. */
    private final float[] groups = new float[InnerLoops.GROUPS];

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
     * A number below k of these values, if they are many and it is needed, else NaN. If k groups have a value above a number, k
     * values are above it. Nearly all that would come and go again as the k fill up is so left out.
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
        // A NaN comes after all that is there, and every number before a NaN.
        while (at > 0 && !Float.isNaN(value) && !(values[valuesAt + at - 1] >= value)) {
            values[valuesAt + at] = values[valuesAt + at - 1];
            positions[positionsAt + at] = positions[positionsAt + at - 1];
            at--;
        }
        values[valuesAt + at] = value;
        positions[positionsAt + at] = position;
    }
}
