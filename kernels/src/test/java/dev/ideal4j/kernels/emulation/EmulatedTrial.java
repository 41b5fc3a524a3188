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
 */
record EmulatedTrial(
        String name,
        String source,
        Function<TrialDevice, float[]> run,
        float[] expected,
        double tolerance,
        float[] exact,
        boolean mutants,
        int sharedBytes) {

    /** A trial that every device has enough shared memory for. */
    EmulatedTrial(
            String name,
            String source,
            Function<TrialDevice, float[]> run,
            float[] expected,
            double tolerance,
            float[] exact,
            boolean mutants) {
        this(name, source, run, expected, tolerance, exact, mutants, 0);
    }

    /** The error of a run, or infinity if it failed. */
    double error(TrialDevice device) {
        return Close.relativeError(name, run.apply(device), expected);
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
