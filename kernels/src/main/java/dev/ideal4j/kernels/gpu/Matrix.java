package dev.ideal4j.kernels.gpu;

import dev.ideal4j.core.Tensor;

/**
 * Matrices of a product's operand, one per sample, as strides over a tensor.
 *
 * @param tensor holds the elements
 * @param rowStride elements from a row to the next
 * @param columnStride elements from a column to the next
 * @param sampleStride elements from a sample to the next; 0 when all share one matrix
 */
record Matrix(Tensor tensor, int rowStride, int columnStride, long sampleStride) {
    /** The innermost two axes of a tensor; with two axes, the same for every sample. */
    static Matrix of(Tensor tensor) {
        int rows = tensor.shape().axis(-2);
        int columns = tensor.shape().axis(-1);
        return new Matrix(tensor, columns, 1, tensor.shape().rank() == 2 ? 0 : (long) rows * columns);
    }

    Matrix transposed() {
        return new Matrix(tensor, columnStride, rowStride, sampleStride);
    }
}
