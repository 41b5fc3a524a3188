package dev.ideal4j.kernels.gpu;

import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.ops.Normalization;

/** {@link Normalization} by {@code normalization.kc}. */
final class GpuNormalization implements Normalization {
    private final GpuBackend backend;
    private final Kernels kernels;
    private final ColumnSums columnSums;
    private final GpuNormalizationGradient gradient;

    GpuNormalization(GpuBackend backend) {
        this.backend = backend;
        this.kernels = backend.kernels("columns", "normalization");
        this.columnSums = new ColumnSums(backend, kernels);
        this.gradient = new GpuNormalizationGradient(backend);
    }

    @Override
    public void layerNorm(Tensor x, Tensor gamma, Tensor beta, float eps, Tensor out) {
        Normalization.checkLayerNorm(x, gamma, beta, out);
        kernels.launch("layer_norm")
                .in(x)
                .in(gamma)
                .in(beta)
                .out(out)
                .with(x.shape().last())
                .with(eps)
                .rows(x.shape().rows());
    }

    @Override
    public void l2(Tensor x, float eps, Tensor out) {
        Normalization.checkL2(x, out);
        kernels.launch("l2")
                .in(x)
                .out(out)
                .with(x.shape().last())
                .with(eps)
                .rows(x.shape().rows());
    }

    @Override
    public void batchNorm(
            Tensor x,
            Tensor gamma,
            Tensor beta,
            float eps,
            float momentum,
            Tensor runningMean,
            Tensor runningVariance,
            Tensor out) {
        Normalization.checkBatchNorm(x, gamma, beta, momentum, runningMean, runningVariance, out);
        int rows = x.shape().rows();
        int width = x.shape().last();
        try (Scope scratch = backend.scope()) {
            Tensor mean = scratch.allocate(width);
            Tensor variance = scratch.allocate(width);
            columnSums.of(x, mean);
            columnSums.finish(kernels.launch("square_sums").in(x).in(mean).with(rows), rows, variance);
            kernels.launch("statistics")
                    .out(mean)
                    .out(variance)
                    .out(runningMean)
                    .out(runningVariance)
                    .with(rows)
                    .with(momentum)
                    .elements(width);
            normalize(x, gamma, beta, mean, variance, eps, out);
        }
    }

    @Override
    public void fixedBatchNorm(
            Tensor x, Tensor gamma, Tensor beta, Tensor mean, Tensor variance, float eps, Tensor out) {
        Normalization.checkFixedBatchNorm(x, gamma, beta, mean, variance, out);
        normalize(x, gamma, beta, mean, variance, eps, out);
    }

    private void normalize(Tensor x, Tensor gamma, Tensor beta, Tensor mean, Tensor variance, float eps, Tensor out) {
        kernels.launch("fixed_batch_norm")
                .in(x)
                .in(gamma)
                .in(beta)
                .in(mean)
                .in(variance)
                .with(eps)
                .out(out)
                .with(x.shape().last())
                .elements(x.shape().size());
    }

    @Override
    public void layerNormGradient(
            Tensor x, Tensor gamma, float eps, Tensor dOut, Tensor dx, Tensor dGamma, Tensor dBeta) {
        gradient.layerNorm(x, gamma, eps, dOut, dx, dGamma, dBeta);
    }

    @Override
    public void l2Gradient(Tensor x, float eps, Tensor dOut, Tensor dx) {
        gradient.l2(x, eps, dOut, dx);
    }

    @Override
    public void batchNormGradient(
            Tensor x, Tensor gamma, float eps, Tensor dOut, Tensor dx, Tensor dGamma, Tensor dBeta) {
        Normalization.checkBatchNormGradient(x, gamma, dOut, dx, dGamma, dBeta);
        gradient.batchNorm(x, gamma, null, null, eps, dOut, dx, dGamma, dBeta);
    }

    @Override
    public void fixedBatchNormGradient(
            Tensor x,
            Tensor gamma,
            Tensor mean,
            Tensor variance,
            float eps,
            Tensor dOut,
            Tensor dx,
            Tensor dGamma,
            Tensor dBeta) {
        Normalization.checkFixedBatchNormGradient(x, gamma, mean, variance, dOut, dx, dGamma, dBeta);
        gradient.batchNorm(x, gamma, mean, variance, eps, dOut, dx, dGamma, dBeta);
    }
}
