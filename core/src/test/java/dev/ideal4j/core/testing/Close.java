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
}
