package dev.ideal4j.kernels.cpu.gemm;

import dev.ideal4j.kernels.cpu.loops.InnerLoops;

/**
 * The memory layout that {@link InnerLoops#tile} reads. A matrix is split into panels, each with as many rows (or
 * columns) as a tile. A panel is stored step by step along the inner axis, and the last panel is padded with zeros. The
 * inner loop then reads and writes consecutive memory.
 */
public final class Panels {
    /**
     * The number of steps of the inner axis that are packed for all rows of a panel before the next steps. They stay in
     * the first-level cache.
     */
    private static final int STEPS = 64;

    private Panels() {}

    /** Returns the number of panels that hold {@code count} rows. */
    public static int count(int count, int width) {
        return (count + width - 1) / width;
    }

    /**
     * Returns the number of floats that {@code count} rows take in panels.
     *
     * @throws ArithmeticException if the number exceeds the range of int
     */
    public static int length(int count, int width, int depth) {
        return Math.multiplyExact(Math.multiplyExact(count(count, width), width), depth);
    }

    /**
     * Packs rows: {@code to[panel][k][w] = from[(panel·width + w)·stride + k]}.
     *
     * @param stride distance between two rows
     * @param rows number of rows
     * @param depth elements of a row
     * @param width rows in a panel
     */
    public static void ofRows(
            float[] from, int offset, int stride, int rows, int depth, int width, float[] to, int toOffset) {
        for (int first = 0; first < rows; first += width) {
            int count = Math.min(width, rows - first);
            for (int k = 0; k < depth; k += STEPS) {
                int some = Math.min(STEPS, depth - k);
                int row = offset + first * stride + k;
                int at = toOffset + first * depth + k * width;
                int w = 0;
                for (; w + 4 <= count; w += 4) {
                    fourRows(from, row + w * stride, stride, some, width, to, at + w);
                }
                for (; w < count; w++) {
                    for (int i = 0; i < some; i++) {
                        to[at + w + i * width] = from[row + w * stride + i];
                    }
                }
                for (; w < width; w++) {
                    for (int i = 0; i < some; i++) {
                        to[at + w + i * width] = 0;
                    }
                }
            }
        }
    }

    private static void fourRows(float[] from, int row, int stride, int steps, int width, float[] to, int at) {
        for (int i = 0; i < steps; i++) {
            to[at + i * width] = from[row + i];
            to[at + i * width + 1] = from[row + stride + i];
            to[at + i * width + 2] = from[row + 2 * stride + i];
            to[at + i * width + 3] = from[row + 3 * stride + i];
        }
    }

    /**
     * Packs columns: {@code to[panel][k][w] = from[k·stride + panel·width + w]}. Adjacent columns are adjacent in
     * memory, so they are copied together.
     *
     * @param stride distance between two steps of the inner axis
     * @param columns number of columns
     * @param depth length of a column
     * @param width columns in a panel
     */
    public static void ofColumns(
            float[] from, int offset, int stride, int columns, int depth, int width, float[] to, int toOffset) {
        for (int first = 0; first < columns; first += width) {
            int count = Math.min(width, columns - first);
            int at = toOffset + first * depth;
            for (int k = 0; k < depth; k++, at += width) {
                System.arraycopy(from, offset + k * stride + first, to, at, count);
                for (int w = count; w < width; w++) {
                    to[at + w] = 0;
                }
            }
        }
    }
}
