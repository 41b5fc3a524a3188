package dev.ideal4j.kernels.cpu.gemm;

import dev.ideal4j.kernels.cpu.loops.InnerLoops;
import dev.ideal4j.kernels.cpu.runtime.Scratch;
import dev.ideal4j.kernels.cpu.runtime.Scratch.Use;
import dev.ideal4j.kernels.cpu.runtime.Workers;
import dev.ideal4j.kernels.host.CacheLine;

/**
 * Computes matrix products. It packs a block of rows, multiplies the block by panels of columns, and passes each tile
 * to a {@link Sink} while the tile is in the first-level cache. Each element is one sum over the whole inner axis in
 * order, so the result does not depend on how the work is split.
 */
public record Gemm(InnerLoops loops, Workers workers) {
    /** The number of elements that one task packs. */
    private static final int PACK_WORK = 1 << 15;

    /** Takes finished tiles of the product. */
    public interface Sink {
        /**
         * Takes one tile.
         *
         * @param tile {@code (rows, tileColumns)}; may be overwritten; also contains columns beyond the matrix
         * @param at position of its first element
         * @param row first row of the tile
         * @param rows number of rows that belong to the matrix, at most the rows of a tile
         * @param column first column of the tile
         * @param columns number of columns that belong to the matrix, at most the columns of a tile
         */
        void accept(float[] tile, int at, int row, int rows, int column, int columns);
    }

    /** Returns a sink that stores to a row-major matrix. */
    public Sink store(float[] out, int offset, int stride) {
        return (tile, at, row, rows, column, columns) -> {
            int to = offset + row * stride + column;
            loops.finish(tile, at, rows, columns, null, 0, null, 0, null, 0, 0, out, to, stride);
        };
    }

    /** Returns a sink that adds to a row-major matrix. */
    public Sink add(float[] out, int offset, int stride) {
        return (tile, at, row, rows, column, columns) -> {
            int to = offset + row * stride + column;
            loops.finish(tile, at, rows, columns, null, 0, null, 0, out, to, stride, out, to, stride);
        };
    }

    /** Multiplies {@code a (rows, depth)} by {@code b (depth, columns)}. */
    public void run(Matrix a, int rows, int depth, Matrix b, int columns, Sink sink) {
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
     * Multiplies {@code a (rows, depth)} by packed columns. A task packs its rows itself, because rows that another
     * thread packed would have to come from another core's cache. Only blocks that several tasks share are packed in
     * advance.
     *
     * @param panels packed by {@link Panels} in the width of {@link InnerLoops#tileColumns}
     * @param panelsAt position of the first panel
     */
    public void run(Matrix a, int rows, int depth, float[] panels, int panelsAt, int columns, Sink sink) {
        int width = loops.tileColumns();
        int height = loops.tileRows();
        GemmSchedule tasks =
                GemmSchedule.of(rows, height, depth, Panels.count(columns, width), width, workers.threads());
        int length = Panels.length(tasks.block(), height, depth);
        Scratch shared = workers.borrow();
        try {
            float[] cut = shared.floats(Use.ROW_PANELS, tasks.shares() * length);
            workers.run(tasks.shares(), (share, scratch) -> {
                int block = tasks.cutBlock(share);
                a.pack(tasks.firstRow(block), tasks.rows(block), depth, height, cut, share * length);
            });
            workers.run(tasks.count(), (task, scratch) -> {
                int block = tasks.block(task);
                int first = tasks.firstRow(block);
                int count = tasks.rows(block);
                float[] packed = cut;
                int at = tasks.share(task) * length;
                if (!tasks.isCut(task)) {
                    packed = scratch.floats(Use.ROW_PANELS, length);
                    at = 0;
                    a.pack(first, count, depth, height, packed, at);
                }
                for (int panel = tasks.firstPanel(task); panel < tasks.lastPanel(task); panel++) {
                    multiply(packed, at, first, count, depth, panels, panelsAt, panel * width, columns, sink, scratch);
                }
            });
        } finally {
            workers.giveBack(shared);
        }
    }

    /**
     * Multiplies packed rows by one panel of columns. The panel stays in the second-level cache for all rows.
     *
     * @param packed panels of {@code rows} rows, starting with row {@code first} of the product; begins at
     *     {@code packedAt}
     * @param depth length of the inner axis
     * @param panels the whole other operand, from {@code panelsAt} on
     * @param column first column of the panel
     * @param columns columns of the whole product
     * @param scratch holds a tile
     */
    void multiply(
            float[] packed,
            int packedAt,
            int first,
            int rows,
            int depth,
            float[] panels,
            int panelsAt,
            int column,
            int columns,
            Sink sink,
            Scratch scratch) {
        int height = loops.tileRows();
        int width = loops.tileColumns();
        int valid = Math.min(width, columns - column);
        int panel = panelsAt + column * depth;
        float[] tile = scratch.floats(Use.TILES, height * width);
        for (int row = 0; row < rows; row += height) {
            loops.tile(depth, packed, packedAt + row * depth, panels, panel, tile, CacheLine.START, width, false);
            sink.accept(tile, CacheLine.START, first + row, Math.min(height, rows - row), column, valid);
        }
    }

    private void pack(Matrix rows, int count, int depth, int width, float[] panels, int panelsAt) {
        int some = width * Math.max(1, PACK_WORK / Math.max(1, width * depth));
        workers.run(Panels.count(count, some), (task, scratch) -> {
            int first = task * some;
            rows.pack(first, Math.min(some, count - first), depth, width, panels, panelsAt + first * depth);
        });
    }
}
