package dev.ideal4j.kernels.cpu.runtime;

import dev.ideal4j.kernels.host.CacheLine;

/**
 * Buffers that one thread reuses from call to call: they grow to the largest size asked for and are never cleared. What
 * is streamed through begins at {@link CacheLine#START}, for which there is room.
 */
public final class Scratch {
    /** What a buffer is for; each has its own memory. */
    public enum Use {
        ROWS,
        TILES,
        COEFFICIENTS,
        STATE,
        ACCUMULATOR,
        ROW_PANELS,
        COLUMN_PANELS,
        KEYS,
        VALUES,
        MATRICES,
        VECTORS,
        STREAM,
        QUERIES,
        ATTENDED,
        NORMED,
        HIDDEN
    }

    private final float[][] floats = new float[Use.values().length][];
    private double[] doubles = {};
    private int[] ints = {};

    /** At least {@code length} floats of arbitrary content. */
    public float[] floats(Use use, int length) {
        float[] buffer = floats[use.ordinal()];
        if (buffer == null || buffer.length < CacheLine.START + length) {
            buffer = new float[CacheLine.START + length];
            floats[use.ordinal()] = buffer;
        }
        return buffer;
    }

    /** At least {@code length} doubles of arbitrary content. */
    public double[] doubles(int length) {
        if (doubles.length < length) {
            doubles = new double[length];
        }
        return doubles;
    }

    /** At least {@code length} integers of arbitrary content. */
    public int[] ints(int length) {
        if (ints.length < length) {
            ints = new int[length];
        }
        return ints;
    }
}
