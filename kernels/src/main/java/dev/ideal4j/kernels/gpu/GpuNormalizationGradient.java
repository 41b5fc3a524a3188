package dev.ideal4j.kernels.gpu;

import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.ops.Normalization;

/** Gradients of {@link Normalization}, those of rows by {@code normalization-gradients.kc}. */
final class GpuNormalizationGradient {
    private final GpuBackend backend;
    private final Kernels kernels;
    private final ColumnSums columnSums;
    private final GpuBatchNormGradient batchNorm;

    GpuNormalizationGradient(GpuBackend backend) {
        this.backend = backend;
        this.kernels = backend.kernels("columns", "normalization-gradients");
        this.columnSums = new ColumnSums(backend, kernels);
        this.batchNorm = new GpuBatchNormGradient(backend);
    }

    void layerNorm(Tensor x, Tensor gamma, float eps, Tensor dOut, Tensor dx, Tensor dGamma, Tensor dBeta) {
        Normalization.checkLayerNormGradient(x, gamma, dOut, dx, dGamma, dBeta);
        GpuStorage.check(backend, x, gamma, dOut);
        if (dGamma != null) {
            gammaGradient(x, eps, dOut, dGamma);
        }
        if (dBeta != null) {
            columnSums.of(dOut, dBeta);
        }
        if (dx != null) { // last, since it may take the place of dOut
            kernels.launch("layer_norm_gradient")
                    .in(x)
                    .in(gamma)
                    .in(dOut)
                    .out(dx)
                    .with(eps)
                    .with(x.shape().last())
                    .rows(x.shape().rows());
        }
    }

    private void gammaGradient(Tensor x, float eps, Tensor dOut, Tensor dGamma) {
        int rows = x.shape().rows();
        int width = x.shape().last();
        try (Scope scratch = backend.scope()) {
            Tensor statistics = scratch.allocate(rows, 2);
            kernels.launch("measure_rows")
                    .in(x)
                    .out(statistics)
                    .with(eps)
                    .with(width)
                    .rows(rows);
            Launch launch = kernels.launch("gamma_sums").in(x).in(statistics).in(dOut);
            columnSums.finish(launch, rows, dGamma);
        }
    }

    /** As {@link GpuBatchNormGradient#gradient}. */
    void batchNorm(
            Tensor x,
            Tensor gamma,
            Tensor mean,
            Tensor variance,
            float eps,
            Tensor dOut,
            Tensor dx,
            Tensor dGamma,
            Tensor dBeta) {
        batchNorm.gradient(x, gamma, mean, variance, eps, dOut, dx, dGamma, dBeta);
    }

    void l2(Tensor x, float eps, Tensor dOut, Tensor dx) {
        Normalization.checkL2Gradient(x, dOut, dx);
        kernels.launch("l2_gradient")
                .in(x)
                .in(dOut)
                .out(dx)
                .with(eps)
                .with(x.shape().last())
                .rows(x.shape().rows());
    }
}
