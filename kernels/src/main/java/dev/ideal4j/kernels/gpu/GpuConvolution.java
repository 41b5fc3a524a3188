package dev.ideal4j.kernels.gpu;

import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.ops.Convolution;

/** {@link Convolution} by {@code convolution.kc}. */
final class GpuConvolution implements Convolution {
    GpuConvolution(GpuBackend backend) {}

    @Override
    public void patches(Tensor images, int size, Tensor out) {
        throw new UnsupportedOperationException("convolution.patches");
    }
}
