package dev.ideal4j.kernels.cpu;

import dev.ideal4j.kernels.cpu.Scratch.Use;
import dev.ideal4j.kernels.host.CacheLine;

/**
 * Matrix products: packs a block of rows, multiplies it by panels of columns, and hands each tile to a {@link Sink} while
 * it is in the nearest cache. An element is one sum over the whole inner axis, in its order, held in a register: it does
 * not depend on how the work is split.
 */
final class Gemm {
    /** Rows of one task: a multiple of every tile height; small enough to stay in the second-level cache. */
    private static final int BLOCK_ROWS = 48;

    /** Part of the inner axis for which a panel of columns fits into the first-level cache. */
    private static final int DEPTH = 128;

    /** Tasks that each thread should get of a product, so that all end at about the same time. */
    private static final int TASKS_PER_THREAD = 8;

    /** Multiplications of the smallest task: some ten microseconds, long against the cost of handing it out. */
    private static final long LEAST_WORK = 1 << 20;

    /** Elements that are packed as one task. */
    private static final int PACK_WORK = 1 << 15;

    private final InnerLoops loops;
    private final Workers workers;

    Gemm(InnerLoops loops, Workers workers) {
        this.loops = loops;
        this.workers = workers;
    }

    /** Takes finished parts of the product. */
    interface Sink {
        /**
         * @param tiles {@code (rows, tileColumns)}; may be overwritten; rows and columns beyond the matrix are there
         * @param at position of its first element
         * @param row first row of the part
         * @param rows rows that belong to the matrix
         * @param column first column of the part
         * @param columns columns that belong to the matrix, at most one tile's
         */
        void accept(float[] tiles, int at, int row, int rows, int column, int columns);
    }

    /** A sink that stores to a row-major matrix. */
    Sink store(float[] out, int offset, int stride) {
        int width = loops.tileColumns();
        return (tiles, at, row, rows, column, columns) -> {
            for (int i = 0; i < rows; i++) {
                System.arraycopy(tiles, at + i * width, out, offset + (row + i) * stride + column, columns);
            }
        };
    }

    /** A sink that adds to a row-major matrix. */
    Sink add(float[] out, int offset, int stride) {
        int width = loops.tileColumns();
        return (tiles, at, row, rows, column, columns) -> {
            for (int i = 0; i < rows; i++) {
                int to = offset + (row + i) * stride + column;
                loops.add(out, to, tiles, at + i * width, out, to, columns);
            }
        };
    }

    /** Multiplies {@code a (rows, depth)} by {@code b (depth, columns)}. */
    void run(Matrix a, int rows, int depth, Matrix b, int columns, Sink sink) {
        Scratch shared = workers.borrow();
        try {
            int width = loops.tileColumns();
            float[] panels = shared.floats(Use.COLUMN_PANELS, Panels.length(columns, width, depth));
            pack(b.transpose(), columns, depth, width, panels, CacheLine.START);
            run(a, rows, depth, panels, CacheLine.START, columns, sink);
        } finally {
            workers.giveBack(shared);
        }
    }

    /**
     * Multiplies {@code a (rows, depth)} by packed columns. A task packs its rows itself: rows that another thread packed
     * would come out of that core's cache.
     *
     * @param panels packed by {@link Panels} in the width of {@link InnerLoops#tileColumns}
     * @param panelsAt position of the first
     */
    void run(Matrix a, int rows, int depth, float[] panels, int panelsAt, int columns, Sink sink) {
        int blocks = Panels.count(rows, BLOCK_ROWS);
        int height = loops.tileRows();
        int width = loops.tileColumns();
        int group = group(Math.min(rows, BLOCK_ROWS), depth, blocks, Panels.count(columns, width)) * width;
        int groups = Panels.count(columns, group);
        workers.run(blocks * groups, (task, scratch) -> {
            int first = task / groups * BLOCK_ROWS;
            int count = Math.min(BLOCK_ROWS, rows - first);
            float[] packed = scratch.floats(Use.ROW_PANELS, Panels.length(count, height, depth));
            a.pack(first, count, depth, height, packed, 0);
            float[] tiles = scratch.floats(Use.TILES, BLOCK_ROWS * width);
            int from = task % groups * group;
            int to = Math.min(columns, from + group);
            for (int column = from; column < to; column += width) {
                multiply(packed, count, depth, panels, panelsAt + column * depth, tiles);
                sink.accept(tiles, CacheLine.START, first, count, column, Math.min(width, to - column));
            }
        });
    }

    /** A block of rows by one panel of columns, of which a part stays in the first-level cache for all rows. */
    private void multiply(float[] packed, int rows, int depth, float[] panels, int panel, float[] tiles) {
        int height = loops.tileRows();
        int width = loops.tileColumns();
        int k = 0;
        do {
            int part = Math.min(DEPTH, depth - k);
            for (int row = 0; row < rows; row += height) {
                int a = row * depth + k * height;
                loops.tile(
                        part, packed, a, panels, panel + k * width, tiles, CacheLine.START + row * width, width, k > 0);
            }
            k += DEPTH;
        } while (k < depth);
    }

    /** Panels of columns of one task: all, unless there are too few blocks of rows for the threads. */
    private int group(int rows, int depth, int blocks, int panels) {
        int wanted = Panels.count(TASKS_PER_THREAD * workers.threads(), Math.max(1, blocks));
        long panelWork = (long) rows * loops.tileColumns() * depth;
        long least = LEAST_WORK / Math.max(1, panelWork) + 1;
        return (int) Math.min(Math.max(1, panels), Math.max(least, Panels.count(panels, wanted)));
    }

    private void pack(Matrix rows, int count, int depth, int width, float[] panels, int panelsAt) {
        int some = width * Math.max(1, PACK_WORK / Math.max(1, width * depth));
        workers.run(Panels.count(count, some), (task, scratch) -> {
            int first = task * some;
            rows.pack(first, Math.min(some, count - first), depth, width, panels, panelsAt + first * depth);
        });
    }
}
