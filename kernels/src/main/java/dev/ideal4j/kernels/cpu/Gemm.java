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

    /** A sink that adds to a row-major matrix. */
    Sink add(float[] out, int offset, int stride) {
        int width = loops.tileColumns();
        return (tiles, row, rows, column, columns) -> {
            for (int i = 0; i < rows; i++) {
                int to = offset + (row + i) * stride + column;
                loops.add(out, to, tiles, i * width, out, to, columns);
            }
        };
    }

    /** Multiplies {@code a (rows, depth)} by {@code b (depth, columns)}. */
    void run(Matrix a, int rows, int depth, Matrix b, int columns, Sink sink) {
        Scratch shared = workers.borrow();
        try {
            int width = loops.tileColumns();
            float[] panels = shared.floats(Use.COLUMN_PANELS, Panels.length(columns, width, depth));
            pack(b.transpose(), columns, depth, width, panels);
            run(a, rows, depth, panels, columns, sink);
        } finally {
            workers.giveBack(shared);
        }
    }

    /**
     * Multiplies {@code a (rows, depth)} by packed columns.
     *
     * @param panels packed by {@link Panels} in the width of {@link InnerLoops#tileColumns}
     */
    void run(Matrix a, int rows, int depth, float[] panels, int columns, Sink sink) {
        if (rows == 0 || columns == 0) {
            return;
        }
        Scratch shared = workers.borrow();
        try {
            int height = loops.tileRows();
            int width = loops.tileColumns();
            float[] packed = shared.floats(Use.ROW_PANELS, Panels.length(rows, height, depth));
            pack(a, rows, depth, height, packed);
            int blocks = Panels.count(rows, BLOCK_ROWS);
            int columnPanels = Panels.count(columns, width);
            long panelWork = Math.max(1, (long) Math.min(rows, BLOCK_ROWS) * width * depth);
            int group = (int) Math.max(1, Math.min(columnPanels, TASK_WORK / panelWork));
            int groups = Panels.count(columnPanels, group);
            workers.run(blocks * groups, (task, scratch) -> {
                int first = task / groups * BLOCK_ROWS;
                int count = Math.min(BLOCK_ROWS, rows - first);
                int from = task % groups * group * width;
                int to = Math.min(columns, from + group * width);
                float[] tiles = scratch.floats(Use.TILES, BLOCK_ROWS * width);
                for (int column = from; column < to; column += width) {
                    for (int row = 0; row < count; row += height) {
                        int at = (first + row) * depth;
                        loops.tile(depth, packed, at, panels, column * depth, tiles, row * width, width);
                    }
                    sink.accept(tiles, first, count, column, Math.min(width, to - column));
                }
            });
        } finally {
            workers.giveBack(shared);
        }
    }

    private void pack(Matrix rows, int count, int depth, int width, float[] panels) {
        int some = width * Math.max(1, PACK_WORK / Math.max(1, width * depth));
        workers.run(Panels.count(count, some), (task, scratch) -> {
            int first = task * some;
            rows.pack(first, Math.min(some, count - first), depth, width, panels, first * depth);
        });
    }
}
