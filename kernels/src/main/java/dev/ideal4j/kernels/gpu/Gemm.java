package dev.ideal4j.kernels.gpu;

import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.ops.Epilogue;

/** Matrix products in the form that suits a device: {@code out = epilogue(left · right + bias)}, per sample. */
interface Gemm {
    /** A right operand, prepared. */
    interface Right {}

    /**
     * Sizes of a product.
     *
     * @param samples products
     * @param rows of the left operand and the result
     * @param depth columns of the left operand, rows of the right one
     * @param columns of the right operand and the result
     */
    record Sizes(int samples, int rows, int depth, int columns) {}

    /**
     * Prepares right operands. With {@code copied} they are independent of the tensor afterwards.
     *
     * @param memory lives as long as the result is used
     */
    Right prepare(Matrix right, int samples, int depth, int columns, boolean copied, Scope memory);

    /**
     * Multiplies.
     *
     * @param right of as many samples as {@code sizes} says, or of one, shared
     * @param bias {@code (columns)} or null
     * @param out {@code (samples, rows, columns)}
     */
    void run(Matrix left, Right right, Sizes sizes, Tensor bias, Epilogue epilogue, Tensor out);
}
