package dev.ideal4j.kernels.gpu;

import dev.ideal4j.core.Tensor;

/**
 * The matrices of a product's operand, one per sample, as strides over a tensor.
 *
 * @param tensor holds the elements
 * @param rowStride number of elements from one row to the next
 * @param columnStride number of elements from one column to the next
 * @param sampleStride number of elements from one sample to the next; 0 if all samples share one matrix
 */
record Matrix(Tensor tensor, int rowStride, int columnStride, long sampleStride) {
    /** Returns the innermost two axes of a tensor. A tensor with two axes is the same matrix for every sample. */
    static Matrix of(Tensor tensor) {
        int rows = tensor.shape().axis(-2);
        int columns = tensor.shape().axis(-1);
        return new Matrix(tensor, columns, 1, tensor.shape().rank() == 2 ? 0 : (long) rows * columns);
    }

    Matrix transposed() {
        return new Matrix(tensor, columnStride, rowStride, sampleStride);
    }
}
