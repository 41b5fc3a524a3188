package dev.ideal4j.kernels.emulation;

import dev.ideal4j.core.checkpoint.SeededValues;
import dev.ideal4j.core.testing.Close;
import java.util.function.Function;

/**
 * A computation by emulated kernels and what it must give.
 *
 * @param name for people
 * @param source file of the kernels
 * @param run the computation; uses fresh buffers
 * @param expected by the float64 reference from operands rounded as the kernel rounds them: errors beyond
 *     {@code tolerance} of the largest value are not rounding
 * @param exact the same from unrounded operands, to measure what the precision costs; null for float32 kernels
 * @param mutants whether it also runs with each synchronisation left out, which must not pass
 * @param sharedBytes shared memory that a block must be able to have; 0 if every device has enough
 * @param flips the share of results in bf16 that may be the next number above or below the expected one, because a sum near
 *     the boundary rounds the other way; 0 if results are float32
 */
record EmulatedTrial(
        String name,
        String source,
        Function<TrialDevice, float[]> run,
        float[] expected,
        double tolerance,
        float[] exact,
        boolean mutants,
        int sharedBytes,
        double flips) {

    /** A trial that every device has enough shared memory for. */
    EmulatedTrial(
            String name,
            String source,
            Function<TrialDevice, float[]> run,
            float[] expected,
            double tolerance,
            float[] exact,
            boolean mutants) {
        this(name, source, run, expected, tolerance, exact, mutants, 0, 0);
    }

    /** The error of a run. */
    double error(TrialDevice device) {
        return error(run.apply(device), 1);
    }

    /** The error of results, without those that round the other way if they are few; {@code slack} times as many may be. */
    double error(float[] actual, double slack) {
        boolean[] flipped = flipped(actual);
        float[] rest = actual.clone();
        int count = 0;
        for (int i = 0; i < rest.length; i++) {
            if (flipped[i]) {
                rest[i] = expected[i];
                count++;
            }
        }
        boolean few = count <= Math.max(1, slack * flips * rest.length);
        return Close.relativeError(name, few ? rest : actual, expected);
    }

    /** The number of results that round the other way. */
    int flippedCount(float[] actual) {
        int count = 0;
        for (boolean each : flipped(actual)) {
            count += each ? 1 : 0;
        }
        return count;
    }

    /** Which results are the next number in bf16, and not within the tolerance anyway. */
    private boolean[] flipped(float[] actual) {
        double within = 0;
        for (float each : expected) {
            within = Math.max(within, tolerance * Math.abs(each));
        }
        boolean[] flipped = new boolean[actual.length];
        for (int i = 0; i < flipped.length && flips > 0; i++) {
            int bits = Float.floatToRawIntBits(actual[i]) - Float.floatToRawIntBits(expected[i]);
            flipped[i] = Math.abs(bits) == 1 << 16 && Math.abs((double) actual[i] - expected[i]) > within;
        }
        return flipped;
    }

    /** {@code ‖actual − exact‖ / ‖exact‖}. */
    static double normError(float[] actual, float[] exact) {
        double difference = 0;
        double norm = 0;
        for (int i = 0; i < actual.length; i++) {
            difference += ((double) actual[i] - exact[i]) * ((double) actual[i] - exact[i]);
            norm += (double) exact[i] * exact[i];
        }
        return Math.sqrt(difference / norm);
    }

    /** Numbers that are the same in each run, uniform in [−1, 1). */
    static float[] values(String name, int count) {
        return SeededValues.uniform("emulation/" + name, count, 1, 0);
    }

    /** Rounds to bfloat16, to nearest even. */
    static float[] bf16(float[] values) {
        float[] rounded = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            int bits = Float.floatToRawIntBits(values[i]);
            rounded[i] = Float.intBitsToFloat((bits + 0x7fff + (bits >>> 16 & 1)) & 0xffff0000);
        }
        return rounded;
    }

    /** Rounds to TF32, to nearest, ties away from zero. */
    static float[] tf32(float[] values) {
        float[] rounded = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            rounded[i] = Float.intBitsToFloat(Float.floatToRawIntBits(values[i]) + 0x1000 & 0xffffe000);
        }
        return rounded;
    }
}
