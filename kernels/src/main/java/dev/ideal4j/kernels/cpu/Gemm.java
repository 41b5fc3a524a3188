package dev.ideal4j.kernels.cpu;

import dev.ideal4j.kernels.cpu.Scratch.Use;

/**
 * Matrix products: packs the rows, then hands tiles to a {@link Sink} while they are in the nearest cache. An element is
 * one sum over the whole inner axis, in its order, held in a register: it does not depend on how the work is split.
 */
final class Gemm {
    /** Rows of one task: a multiple of every tile height; few enough for the second-level cache. */
    private static final int BLOCK_ROWS = 96;

    /** Multiplications of one task: some 20 microseconds and more, long against the cost of handing it out. */
    private static final long TASK_WORK = 1 << 22;

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
         * @param row first row of the part
         * @param rows rows that belong to the matrix
         * @param column first column of the part
         * @param columns columns that belong to the matrix, at most one tile's
         */
        void accept(float[] tiles, int row, int rows, int column, int columns);
    }

    /** A sink that stores to a row-major matrix. */
    Sink store(float[] out, int offset, int stride) {
        int width = loops.tileColumns();
        return (tiles, row, rows, column, columns) -> {
            for (int i = 0; i < rows; i++) {
                System.arraycopy(tiles, i * width, out, offset + (row + i) * stride + column, columns);
            }
        };
    }

    /**
     * Multiplies rows by packed columns.
     *
     * @param a {@code (rows, depth)}, row-major without gaps
     * @param panels packed by {@link Panels} in the width of {@link InnerLoops#tileColumns}
     */
    void run(float[] a, int ao, int rows, int depth, float[] panels, int columns, Sink sink) {
        if (rows == 0 || columns == 0) {
            return;
        }
        Scratch shared = workers.borrow();
        try {
            float[] packed = shared.floats(Use.PANELS, Panels.length(rows, loops.tileRows(), depth));
            int blocks = Panels.count(rows, BLOCK_ROWS);
            boolean small = (long) rows * depth < TASK_WORK / 64;
            workers.run(small ? 1 : blocks, (block, scratch) -> {
                int first = block * BLOCK_ROWS;
                int count = small ? rows : Math.min(BLOCK_ROWS, rows - first);
                Panels.ofRows(a, ao + first * depth, depth, count, depth, loops.tileRows(), packed, first * depth);
            });
            int columnPanels = Panels.count(columns, loops.tileColumns());
            long panelWork = Math.max(1, (long) Math.min(rows, BLOCK_ROWS) * loops.tileColumns() * depth);
            int group = (int) Math.max(1, Math.min(columnPanels, TASK_WORK / panelWork));
            int groups = Panels.count(columnPanels, group);
            workers.run(blocks * groups, (task, scratch) -> {
                int first = task / groups * BLOCK_ROWS;
                int count = Math.min(BLOCK_ROWS, rows - first);
                int from = task % groups * group * loops.tileColumns();
                int to = Math.min(columns, from + group * loops.tileColumns());
                multiply(packed, first, count, depth, panels, from, to, sink, scratch);
            });
        } finally {
            workers.giveBack(shared);
        }
    }

    private void multiply(
            float[] packed,
            int first,
            int rows,
            int depth,
            float[] panels,
            int from,
            int to,
            Sink sink,
            Scratch scratch) {
        int height = loops.tileRows();
        int width = loops.tileColumns();
        float[] tiles = scratch.floats(Use.TILES, BLOCK_ROWS * width);
        for (int column = from; column < to; column += width) {
            for (int row = 0; row < rows; row += height) {
                loops.tile(depth, packed, (first + row) * depth, panels, column * depth, tiles, row * width, width);
            }
            sink.accept(tiles, first, rows, column, Math.min(width, to - column));
        }
    }
}
