package dev.ideal4j.kernels.cpu.gemm;

/**
 * A matrix in an array. Elements (i, j) and (i + 1, j) are {@code stride} apart, and (i, j) and (i, j + 1) are
 * adjacent. In a transposed matrix it is the other way round.
 */
public record Matrix(float[] values, int offset, int stride, boolean transposed) {
    /** Creates a row-major matrix whose rows are {@code stride} apart. */
    public Matrix(float[] values, int offset, int stride) {
        this(values, offset, stride, false);
    }

    /** Returns the transpose, which shares the values. */
    public Matrix transpose() {
        return new Matrix(values, offset, stride, !transposed);
    }

    /** Packs {@code rows} rows of {@code depth} elements, starting with row {@code first}, into {@link Panels}. */
    void pack(int first, int rows, int depth, int width, float[] to, int toOffset) {
        if (transposed) {
            Panels.ofColumns(values, offset + first, stride, rows, depth, width, to, toOffset);
        } else {
            Panels.ofRows(values, offset + first * stride, stride, rows, depth, width, to, toOffset);
        }
    }
}
