package dev.ideal4j.kernels.cpu;

/**
 * The layout of the rows that {@link InnerLoops#tile} reads. A matrix is cut into panels of as many rows as a tile has, a
 * panel into parts of the inner axis, and within a part the rows lie {@link InnerLoops#DEPTH} floats apart, each as it
 * was: packing copies whole runs, and the tile finds its rows at fixed distances. Rows that fill up the last panel are
 * not written.
 *
 * @param height rows of a panel
 * @param depth length of the inner axis
 * @param parts number of parts
 * @param part length of every part but the last, at most {@link InnerLoops#DEPTH}
 */
record RowPanels(int height, int depth, int parts, int part) {
    /**
     * A layout with parts of about equal length.
     *
     * @param unit length of which a part is a multiple
     */
    static RowPanels of(int height, int depth, int unit) {
        int parts = Math.max(1, Panels.count(depth, InnerLoops.DEPTH / unit * unit));
        return new RowPanels(height, depth, parts, Panels.count(Panels.count(depth, parts), unit) * unit);
    }

    /** Floats that {@code rows} rows take. */
    int length(int rows) {
        return Math.multiplyExact(Math.multiplyExact(Panels.count(rows, height) * height, parts), InnerLoops.DEPTH);
    }

    /** Position of a part of a row. */
    int at(int row, int number) {
        int within = row % height;
        return ((row - within) * parts + number * height + within) * InnerLoops.DEPTH;
    }

    /** Length of a part. */
    int partLength(int number) {
        return Math.max(0, Math.min(part, depth - number * part));
    }

    /** Packs rows, each of which lies together, {@code stride} apart. */
    void ofRows(float[] from, int offset, int stride, int rows, float[] to, int toOffset) {
        for (int row = 0; row < rows; row++) {
            for (int number = 0; number < parts; number++) {
                int at = offset + row * stride + number * part;
                System.arraycopy(from, at, to, toOffset + at(row, number), partLength(number));
            }
        }
    }

    /** Packs the columns of a matrix whose rows are {@code stride} apart as rows. */
    void ofColumns(float[] from, int offset, int stride, int columns, float[] to, int toOffset) {
        for (int first = 0; first < columns; first += height) {
            int count = Math.min(height, columns - first);
            for (int number = 0; number < parts; number++) {
                int target = toOffset + at(first, number);
                int source = offset + number * part * stride + first;
                for (int k = 0; k < partLength(number); k++, source += stride) {
                    for (int i = 0; i < count; i++) {
                        to[target + i * InnerLoops.DEPTH + k] = from[source + i];
                    }
                }
            }
        }
    }
}
