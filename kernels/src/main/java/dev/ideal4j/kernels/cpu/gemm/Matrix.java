package dev.ideal4j.kernels.cpu.gemm;

/**
 * A matrix in an array: element (i, j) is {@code stride} apart from (i + 1, j) and next to (i, j + 1), or the other way
 * round if it is transposed.
 */
public record Matrix(float[] values, int offset, int stride, boolean transposed) {
    /** A row-major matrix whose rows are {@code stride} apart. */
    public Matrix(float[] values, int offset, int stride) {
        this(values, offset, stride, false);
    }

    /** The transpose; shares the values. */
    public Matrix transpose() {
        return new Matrix(values, offset, stride, !transposed);
    }

    /** Packs {@code rows} rows of {@code depth} elements from row {@code first} on into {@link Panels}. */
    void pack(int first, int rows, int depth, int width, float[] to, int toOffset) {
        if (transposed) {
            Panels.ofColumns(values, offset + first, stride, rows, depth, width, to, toOffset);
        } else {
            Panels.ofRows(values, offset + first * stride, stride, rows, depth, width, to, toOffset);
        }
    }
}
