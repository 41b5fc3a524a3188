package dev.ideal4j.kernels.gpu;

import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.ops.Normalization;

/** {@link Normalization} by {@code normalization.kc}. */
final class GpuNormalization implements Normalization {
    GpuNormalization(GpuBackend backend) {}

    @Override
    public void layerNorm(Tensor x, Tensor gamma, Tensor beta, float eps, Tensor out) {
        throw new UnsupportedOperationException("normalization.layerNorm");
    }

    @Override
    public void l2(Tensor x, float eps, Tensor out) {
        throw new UnsupportedOperationException("normalization.l2");
    }
}
