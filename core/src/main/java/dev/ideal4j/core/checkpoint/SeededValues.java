package dev.ideal4j.core.checkpoint;

import java.nio.charset.StandardCharsets;

/**
 * Reproducible random numbers for tests, benchmarks and untrained weights. The FNV-1a hash of a name seeds a SplitMix64
 * sequence, whose upper bits become floats. The algorithm gives the same numbers in any programming language.
 */
public final class SeededValues {
    private SeededValues() {}

    /**
     * Returns {@code count} values {@code u·scale + shift}, where u is uniform in [−1, 1) with a step of 2⁻²³. The
     * values are computed in double precision and rounded once. The same name always gives the same values. A longer
     * array starts with the values of a shorter one.
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
