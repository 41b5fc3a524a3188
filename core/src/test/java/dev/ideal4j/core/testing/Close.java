package dev.ideal4j.core.testing;

import java.util.Locale;

/** Comparison of arrays as the fixtures are judged: by the largest error over the largest magnitude. */
public final class Close {
    private Close() {}

    /** Fails unless {@code max|actual − expected| ≤ tolerance · max|expected|} and both have NaN in the same places. */
    public static void assertClose(String what, float[] actual, float[] expected, double tolerance) {
        double error = relativeError(what, actual, expected);
        if (!(error <= tolerance)) {
            throw new AssertionError(String.format(
                    Locale.ROOT, "%s: relative error %.3g, at most %.3g allowed", what, error, tolerance));
        }
    }

    /** {@code max|actual − expected| / max|expected|}; infinite when NaN or infinities differ in place. */
    public static double relativeError(String what, float[] actual, float[] expected) {
        if (actual.length != expected.length) {
            throw new AssertionError(what + ": " + actual.length + " values, expected " + expected.length);
        }
        double error = 0;
        double magnitude = 0;
        for (int i = 0; i < actual.length; i++) {
            if (Float.isFinite(expected[i]) && Float.isFinite(actual[i])) {
                error = Math.max(error, Math.abs((double) actual[i] - expected[i]));
                magnitude = Math.max(magnitude, Math.abs(expected[i]));
            } else if (Float.compare(actual[i], expected[i]) != 0) {
                return Double.POSITIVE_INFINITY;
            }
        }
        return error == 0 ? 0 : error / Math.max(magnitude, Double.MIN_NORMAL);
    }

    /**
     * Fails if the values are further from the exact ones than four times the published float32 implementation is, or than
     * {@code floor · max|exact|}, whichever is more. Rounding alone cannot fail this with any seed.
     *
     * @param published what the published implementation computes in float32
     * @param exact what it computes in float64
     */
    public static void assertAsExact(String what, float[] actual, float[] published, double[] exact, double floor) {
        double allowed = Math.max(4 * distance(what, published, exact), floor * magnitude(exact));
        double error = distance(what, actual, exact);
        if (!(error <= allowed)) {
            throw new AssertionError(String.format(
                    Locale.ROOT, "%s: error %.3g against float64, at most %.3g allowed", what, error, allowed));
        }
    }

    /** {@code max|actual − exact|}; NaN if a value is not a number. */
    public static double distance(String what, float[] actual, double[] exact) {
        if (actual.length != exact.length) {
            throw new AssertionError(what + ": " + actual.length + " values, expected " + exact.length);
        }
        double error = 0;
        for (int i = 0; i < actual.length; i++) {
            error = Math.max(error, Math.abs(actual[i] - exact[i]));
        }
        return error;
    }

    /** {@code max|values|}. */
    public static double magnitude(double[] values) {
        double magnitude = 0;
        for (double value : values) {
            magnitude = Math.max(magnitude, Math.abs(value));
        }
        return magnitude;
    }
}
