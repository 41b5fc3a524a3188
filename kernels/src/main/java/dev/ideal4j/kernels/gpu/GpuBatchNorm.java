package dev.ideal4j.kernels.gpu;

import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.ops.BatchNorm;
import dev.ideal4j.kernels.gpu.runtime.GpuStorage;

/** Implements {@link BatchNorm} by {@code normalization.kc} and {@code batch-norm-gradients.kc}. */
final class GpuBatchNorm implements BatchNorm.Implementation {
    private final GpuBackend backend;
    private final Kernels kernels;
    private final ColumnSums columnSums;

    GpuBatchNorm(GpuBackend backend) {
        this.backend = backend;
        this.kernels = backend.kernels("columns", "normalization", "batch-norm-gradients");
        this.columnSums = new ColumnSums(backend, kernels);
    }

    @Override
    public void training(
            Tensor x,
            Tensor gamma,
            Tensor beta,
            float eps,
            float momentum,
            Tensor runningMean,
            Tensor runningVariance,
            Tensor out) {
        int rows = x.shape().rows();
        int width = x.shape().last();
        try (Scope scratch = backend.scope()) {
            Tensor mean = scratch.allocateUninitialised(width);
            Tensor variance = scratch.allocateUninitialised(width);
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
    public void fixed(Tensor x, Tensor gamma, Tensor beta, Tensor mean, Tensor variance, float eps, Tensor out) {
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

    /** The mean of each column, and {@code 1 / √(variance + eps)}. */
    private record Statistics(Tensor mean, Tensor factor) {}

    private Statistics measure(Tensor x, float eps, Scope scratch) {
        int rows = x.shape().rows();
        Tensor mean = scratch.allocateUninitialised(x.shape().last());
        try (Scope sums = backend.scope()) {
            Tensor sum = sums.allocateUninitialised(mean.shape());
            columnSums.of(x, sum);
            kernels.launch("means")
                    .in(sum)
                    .out(mean)
                    .with(rows)
                    .elements(mean.shape().size());
            Tensor squares = sums.allocateUninitialised(mean.shape());
            columnSums.finish(kernels.launch("square_sums").in(x).in(sum).with(rows), rows, squares);
            return new Statistics(mean, factor(squares, rows, eps, scratch));
        }
    }

    private Tensor factor(Tensor squares, int rows, float eps, Scope scratch) {
        Tensor factor = scratch.allocateUninitialised(squares.shape());
        kernels.launch("factors")
                .in(squares)
                .out(factor)
                .with(rows)
                .with(eps)
                .elements(squares.shape().size());
        return factor;
    }

    @Override
    public void fixedGradient(
            Tensor x,
            Tensor gamma,
            Tensor mean,
            Tensor variance,
            float eps,
            Tensor dOut,
            Tensor dx,
            Tensor dGamma,
            Tensor dBeta) {
        GpuStorage.check(backend, x, gamma, dOut);
        int width = x.shape().last();
        try (Scope scratch = backend.scope()) {
            boolean fixed = mean != null;
            Statistics statistics =
                    fixed ? new Statistics(mean, factor(variance, 1, eps, scratch)) : measure(x, eps, scratch);
            boolean throughStatistics = dx != null && !fixed;
            Tensor along = dGamma == null && throughStatistics ? scratch.allocateUninitialised(width) : dGamma;
            Tensor level = dBeta == null && throughStatistics ? scratch.allocateUninitialised(width) : dBeta;
            if (along != null) {
                Launch launch = kernels.launch("gamma_sums")
                        .in(x)
                        .in(statistics.mean)
                        .in(statistics.factor)
                        .in(dOut);
                columnSums.finish(launch, x.shape().rows(), along);
            }
            if (level != null) {
                columnSums.of(dOut, level);
            }
            if (throughStatistics) { // last, because dx may be the same memory as dOut
                kernels.launch("batch_norm_gradient")
                        .in(x)
                        .in(statistics.mean)
                        .in(statistics.factor)
                        .in(gamma)
                        .in(along)
                        .in(level)
                        .in(dOut)
                        .out(dx)
                        .with(x.shape().rows(), width)
                        .elements(x.shape().size());
            } else if (dx != null) {
                kernels.launch("fixed_batch_norm_gradient")
                        .in(statistics.factor)
                        .in(gamma)
                        .in(dOut)
                        .out(dx)
                        .with(width)
                        .elements(x.shape().size());
            }
        }
    }
}
