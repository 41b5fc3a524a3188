package dev.ideal4j.kernels.conformance;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.ToDoubleFunction;

/**
 * A row of the conformance test: an operation, the sizes it is run with, and how far from the reference it may be.
 *
 * @param name family and method, and the variant after a comma
 * @param sizes what {@code body} takes, one run each; contracts are tested with the last, which is small
 * @param tolerance error allowed for a size, relative to the largest magnitude of the result; 0: the same bits
 * @param free axes that may be longer without being wrong, as {@code "x:1"}, and inputs whose memory the output may
 *     take, since they were copied before, as {@code "weight:memory"}
 * @param nonFinite whether NaN and infinities among the inputs have a specified result
 * @param body asks the trial for tensors and runs the operation once
 */
record Operation(
        String name,
        List<int[]> sizes,
        ToDoubleFunction<int[]> tolerance,
        Set<String> free,
        boolean nonFinite,
        Body body) {
    interface Body {
        void run(Trial trial, int[] size);
    }

    /** Rounding errors of one float32 operation. */
    private static final double UNIT = 0x1p-24;

    /** An operation that must have the reference's bits: copies, indices, exact sums. */
    static Operation exact(String name, Body body, int[]... sizes) {
        return new Operation(name, List.of(sizes), size -> 0, Set.of(), true, body);
    }

    /**
     * An operation that sums in float32. The rounding errors of n terms grow as a random walk, so the tolerance is
     * {@code factor · 2⁻²⁴ · (8 + √n)}: 2.4e-6 at 1025 terms and factor 1.
     *
     * @param factor how much the operation amplifies errors
     * @param length the number of terms of its longest sum, from a size
     */
    static Operation close(String name, double factor, ToDoubleFunction<int[]> length, Body body, int[]... sizes) {
        ToDoubleFunction<int[]> tolerance = size -> factor * UNIT * (8 + Math.sqrt(length.applyAsDouble(size)));
        return new Operation(name, List.of(sizes), tolerance, Set.of(), true, body);
    }

    /** This row with freedoms. */
    Operation free(String... what) {
        return new Operation(name, sizes, tolerance, Set.of(what), nonFinite, body);
    }

    /** This row without NaN and infinities, which the caller tests by other means. */
    Operation finite() {
        return new Operation(name, sizes, tolerance, free, false, body);
    }

    int[] smallSize() {
        return sizes.get(sizes.size() - 1);
    }

    /** What the inputs of a size are seeded with. */
    String seed(int[] size) {
        return name + Arrays.toString(size);
    }

    static int[] size(int... lengths) {
        return lengths;
    }
}
