package dev.ideal4j.kernels.cpu;

import dev.ideal4j.kernels.cpu.Scratch.Use;
import dev.ideal4j.kernels.host.CacheLine;

/**
 * Matrix products: packs a block of rows, multiplies it by panels of columns, and hands each tile to a {@link Sink} while
 * it is in the nearest cache. An element is one sum over the whole inner axis, in its order: it does not depend on how
 * the work is split.
 */
final class Gemm {
    /** Elements that are packed as one task. */
    private static final int PACK_WORK = 1 << 15;

    private final InnerLoops loops;
    private final Workers workers;

    Gemm(InnerLoops loops, Workers workers) {
        this.loops = loops;
        this.workers = workers;
    }

    /** Takes finished tiles of the product. */
    interface Sink {
        /**
         * @param tile {@code (rows, tileColumns)}; may be overwritten; columns beyond the matrix are there
         * @param at position of its first element
         * @param row first row of the tile
         * @param rows rows that belong to the matrix, at most a tile's
         * @param column first column of the tile
         * @param columns columns that belong to the matrix, at most a tile's
         */
        void accept(float[] tile, int at, int row, int rows, int column, int columns);
    }

    /** A sink that stores to a row-major matrix. */
    Sink store(float[] out, int offset, int stride) {
        return (tile, at, row, rows, column, columns) -> {
            int to = offset + row * stride + column;
            loops.finish(tile, at, rows, columns, null, 0, null, 0, null, 0, 0, out, to, stride);
        };
    }

    /** A sink that adds to a row-major matrix. */
    Sink add(float[] out, int offset, int stride) {
        return (tile, at, row, rows, column, columns) -> {
            int to = offset + row * stride + column;
            loops.finish(tile, at, rows, columns, null, 0, null, 0, out, to, stride, out, to, stride);
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
        int width = loops.tileColumns();
        RowPanels layout = RowPanels.of(loops.tileRows(), depth, 1);
        ProductTasks tasks = ProductTasks.of(rows, layout, Panels.count(columns, width), width, workers.threads());
        workers.run(tasks.count(), (task, scratch) -> {
            int first = tasks.firstRow(task);
            int count = tasks.rows(task);
            float[] packed = scratch.floats(Use.ROW_PANELS, layout.length(count));
            a.pack(first, count, layout, packed, CacheLine.START);
            for (int panel = tasks.firstPanel(task); panel < tasks.lastPanel(task); panel++) {
                multiply(packed, first, count, layout, panels, panelsAt, panel * width, columns, sink, scratch);
            }
        });
    }

    /**
     * Multiplies packed rows by one panel of columns, of which a part stays in the first-level cache for all rows.
     *
     * @param packed {@code rows} rows in {@code layout}, from row {@code first} of the product on; begins at
     *     {@link CacheLine#START}
     * @param panels the whole of the other operand, from {@code panelsAt} on
     * @param column first column of the panel
     * @param columns columns of the whole product
     * @param scratch keeps tiles
     */
    void multiply(
            float[] packed,
            int first,
            int rows,
            RowPanels layout,
            float[] panels,
            int panelsAt,
            int column,
            int columns,
            Sink sink,
            Scratch scratch) {
        int height = layout.height();
        int width = loops.tileColumns();
        int valid = Math.min(width, columns - column);
        int last = layout.parts() - 1;
        float[] tiles = scratch.floats(Use.TILES, Panels.length(rows, height, width));
        for (int part = 0; part <= last; part++) {
            int depth = layout.partLength(part);
            int panel = panelsAt + column * layout.depth() + part * layout.part() * width;
            for (int row = 0; row < rows; row += height) {
                int tile = CacheLine.START + row * width;
                loops.tile(
                        depth,
                        packed,
                        CacheLine.START + layout.at(row, part),
                        panels,
                        panel,
                        tiles,
                        tile,
                        width,
                        part > 0);
                if (part == last) {
                    sink.accept(tiles, tile, first + row, Math.min(height, rows - row), column, valid);
                }
            }
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
