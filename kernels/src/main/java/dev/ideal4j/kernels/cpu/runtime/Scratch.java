package dev.ideal4j.kernels.cpu.runtime;

import dev.ideal4j.kernels.host.CacheLine;

/**
 * Buffers that one thread reuses from call to call. They grow to the largest size requested and are never cleared. Each
 * float buffer has room for {@link CacheLine#START} further elements, so that data can begin at that position.
 */
public final class Scratch {
    /** The purpose of a buffer. Each purpose has its own memory. */
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

    /** Returns a buffer with room for {@code length} floats from {@link CacheLine#START} on, with arbitrary content. */
    public float[] floats(Use use, int length) {
        float[] buffer = floats[use.ordinal()];
        if (buffer == null || buffer.length < CacheLine.START + length) {
            buffer = new float[CacheLine.START + length];
            floats[use.ordinal()] = buffer;
        }
        return buffer;
    }

    /** Returns at least {@code length} doubles with arbitrary content. */
    public double[] doubles(int length) {
        if (doubles.length < length) {
            doubles = new double[length];
        }
        return doubles;
    }

    /** Returns at least {@code length} integers with arbitrary content. */
    public int[] ints(int length) {
        if (ints.length < length) {
            ints = new int[length];
        }
        return ints;
    }
}
