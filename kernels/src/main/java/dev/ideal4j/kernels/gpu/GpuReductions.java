package dev.ideal4j.kernels.gpu;

import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.ops.Reductions;

/** {@link Reductions} by {@code reductions.kc}. */
final class GpuReductions implements Reductions {
    GpuReductions(GpuBackend backend) {}

    @Override
    public void topMean(Tensor x, int k, Tensor out) {
        throw new UnsupportedOperationException("reductions.topMean");
    }

    @Override
    public void norm(Tensor x, Tensor out) {
        throw new UnsupportedOperationException("reductions.norm");
    }
}
