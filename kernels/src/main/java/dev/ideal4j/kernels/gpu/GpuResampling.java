package dev.ideal4j.kernels.gpu;

import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.ops.Resampling;

/** {@link Resampling} by {@code resampling.kc}. */
final class GpuResampling implements Resampling {
    GpuResampling(GpuBackend backend) {}

    @Override
    public void bilinear(Tensor x, Tensor out) {
        throw new UnsupportedOperationException("resampling.bilinear");
    }

    @Override
    public void gaussianBlur(Tensor x, float sigma, Tensor out) {
        throw new UnsupportedOperationException("resampling.gaussianBlur");
    }
}
