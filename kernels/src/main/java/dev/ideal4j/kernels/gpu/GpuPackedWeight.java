package dev.ideal4j.kernels.gpu;

import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.ops.PackedWeight;

/**
 * A linear layer in the form that its backend's {@link Gemm} reads.
 *
 * @param matrix the transposed weight, {@code in · out}
 * @param bias {@code (out)}; null for none
 * @param memory holds the matrix and the bias
 */
record GpuPackedWeight(GpuBackend backend, int in, int out, Gemm.Right matrix, Tensor bias, Scope memory)
        implements PackedWeight {
    /**
     * Returns the weight as this backend packed it.
     *
     * @throws InvalidInputException if another backend packed the weight
     */
    static GpuPackedWeight of(PackedWeight weight, GpuBackend backend) {
        if (weight instanceof GpuPackedWeight packed && packed.backend == backend) {
            return packed;
        }
        throw new InvalidInputException("weight", "one packed by another backend", "one of this " + backend.name());
    }

    @Override
    public void close() {
        memory.close();
    }
}
