package dev.ideal4j.kernels.gpu;

import dev.ideal4j.core.Tensor;

/** Multi-head attention in the form that suits a device. */
interface AttentionKernels {
    /** Queries, keys or values. The rows are {@code stride} elements apart, and the samples follow one another. */
    record Operand(Tensor tensor, int stride) {}

    /**
     * The sizes of an attention.
     *
     * @param samples number of independent sequences
     * @param queries rows of each sequence
     * @param keys rows of the attended sequence
     * @param heads number of heads
     * @param headWidth columns of a head
     */
    record Sizes(int samples, int queries, int keys, int heads, int headWidth) {
        static Sizes of(Tensor out, int keys, int heads) {
            return new Sizes(
                    out.shape().axis(0),
                    out.shape().axis(1),
                    keys,
                    heads,
                    out.shape().last() / heads);
        }

        float scale() {
            return (float) (1 / Math.sqrt(headWidth));
        }
    }

    /**
     * Computes the attention.
     *
     * @param bias {@code (samples, heads, keys)} or null
     * @param out {@code (samples, queries, heads · headWidth)}, written
     */
    void run(Operand q, Operand k, Operand v, Tensor bias, Sizes sizes, Tensor out);
}
