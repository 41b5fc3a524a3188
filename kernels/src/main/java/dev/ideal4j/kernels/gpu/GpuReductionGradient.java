package dev.ideal4j.kernels.gpu;

import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.ops.Reductions;

/** The gradient of {@link Reductions#topMean}, by {@code reductions-gradients.kc}. */
final class GpuReductionGradient {
    private final Kernels kernels;

    GpuReductionGradient(GpuBackend backend) {
        this.kernels = backend.kernels("reductions-gradients");
    }

    void topMeanGradient(Tensor x, int k, Tensor dOut, Tensor dx) {
        Reductions.checkTopMeanGradient(x, k, dOut, dx);
        kernels.launch("top_mean_gradient")
                .in(x)
                .in(dOut)
                .out(dx)
                .with(k, x.shape().last())
                .rows(x.shape().rows());
    }
}
