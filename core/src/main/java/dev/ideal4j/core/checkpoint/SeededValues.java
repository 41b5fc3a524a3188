package dev.ideal4j.core.checkpoint;

import java.nio.charset.StandardCharsets;

/**
 * Reproducible made-up numbers, the same in every language: FNV-1a of a name starts a SplitMix64 sequence, whose upper
 * bits become floats. For tests, benchmarks and untrained weights.
 */
public final class SeededValues {
    private SeededValues() {}

    /**
     * {@code count} values {@code u·scale + shift}, u uniform in [−1, 1) on a grid of 2⁻²³, computed in double and rounded
     * once. The same name always gives the same values; a longer array starts with the shorter one.
     */
    public static float[] uniform(String name, int count, double scale, double shift) {
        long state = 0xCBF29CE484222325L;
        for (byte b : name.getBytes(StandardCharsets.UTF_8)) {
            state = (state ^ (b & 0xFF)) * 0x100000001B3L;
        }
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            state += 0x9E3779B97F4A7C15L;
            long z = (state ^ (state >>> 30)) * 0xBF58476D1CE4E5B9L;
            z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
            z ^= z >>> 31;
            double u = (z >>> 40) * 0x1p-23 - 1.0;
            values[i] = (float) (u * scale + shift);
        }
        return values;
    }
}
