package dev.ideal4j.kernels.conformance;

import dev.ideal4j.core.testing.Close;
import java.util.Arrays;
import java.util.List;

/** What an operation wrote. */
record Results(List<float[]> tensors, List<int[]> indices) {
    /** Largest error of a tensor relative to its largest magnitude; infinite if a NaN, infinity or index differs. */
    double relativeError(Results expected) {
        double error = sameIndices(expected) ? 0 : Double.POSITIVE_INFINITY;
        for (int i = 0; i < tensors.size(); i++) {
            error = Math.max(error, Close.relativeError("out", tensors.get(i), expected.tensors.get(i)));
        }
        return error;
    }

    /** Whether everything agrees to the last bit (any NaN equals any other). */
    boolean sameBits(Results other) {
        boolean same = sameIndices(other);
        for (int i = 0; i < tensors.size(); i++) {
            same &= Arrays.equals(tensors.get(i), other.tensors.get(i));
        }
        return same;
    }

    private boolean sameIndices(Results other) {
        boolean same = true;
        for (int i = 0; i < indices.size(); i++) {
            same &= Arrays.equals(indices.get(i), other.indices.get(i));
        }
        return same;
    }

    /** Where the two differ most, for a message. */
    String difference(Results expected) {
        for (int i = 0; i < indices.size(); i++) {
            int at = Arrays.mismatch(indices.get(i), expected.indices.get(i));
            if (at >= 0) {
                return "index " + at + " is " + indices.get(i)[at] + ", expected "
                        + expected.indices.get(i)[at];
            }
        }
        String worst = "equal";
        double most = 0;
        for (int i = 0; i < tensors.size(); i++) {
            float[] actual = tensors.get(i);
            float[] wanted = expected.tensors.get(i);
            for (int at = 0; at < actual.length; at++) {
                double error = Float.compare(actual[at], wanted[at]) == 0
                        ? 0
                        : Float.isFinite(actual[at]) && Float.isFinite(wanted[at])
                                ? Math.abs((double) actual[at] - wanted[at])
                                : Double.POSITIVE_INFINITY;
                if (error > most) {
                    most = error;
                    worst = "element " + at + " is " + actual[at] + ", expected " + wanted[at];
                }
            }
        }
        return worst;
    }
}
