package dev.ideal4j.kernels.gpu;

import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.ops.Epilogue;

/** Matrix products in the form that suits a device: {@code out = epilogue(left · right + bias)} for each sample. */
interface Gemm {
    /** A prepared right operand. */
    interface Right {}

    /**
     * The sizes of a product.
     *
     * @param samples number of products
     * @param rows rows of the left operand and of the result
     * @param depth columns of the left operand, rows of the right operand
     * @param columns columns of the right operand and of the result
     */
    record Sizes(int samples, int rows, int depth, int columns) {}

    /**
     * Prepares right operands. With {@code copied}, they do not depend on the tensor afterwards.
     *
     * @param memory must stay open as long as the result is used
     */
    Right prepare(Matrix right, int samples, int depth, int columns, boolean copied, Scope memory);

    /**
     * Multiplies.
     *
     * @param right has as many samples as {@code sizes}, or one that all samples share
     * @param bias {@code (columns)} or null
     * @param out {@code (samples, rows, columns)}, written
     */
    void run(Matrix left, Right right, Sizes sizes, Tensor bias, Epilogue epilogue, Tensor out);
}
