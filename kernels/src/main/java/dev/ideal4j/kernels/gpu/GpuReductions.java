package dev.ideal4j.kernels.gpu;

import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.ops.Reductions;

/** Implements {@link Reductions} by {@code reductions.kc} and {@code reductions-gradients.kc}. */
final class GpuReductions implements Reductions.Implementation {
    private final Kernels kernels;
    private final ColumnSums columnSums;
    private final Kernels gradients;

    GpuReductions(GpuBackend backend) {
        this.kernels = backend.kernels("columns", "reductions");
        this.columnSums = new ColumnSums(backend, kernels);
        this.gradients = backend.kernels("reductions-gradients");
    }

    @Override
    public void topMean(Tensor x, int k, Tensor out) {
        kernels.launch("top_mean")
                .in(x)
                .out(out)
                .with(x.shape().last(), k)
                .rows(x.shape().rows());
    }

    @Override
    public void norm(Tensor x, Tensor out) {
        kernels.launch("row_norm")
                .in(x)
                .out(out)
                .with(x.shape().last())
                .rows(x.shape().rows());
    }

    @Override
    public void columnSum(Tensor x, Tensor out) {
        columnSums.of(x, out);
    }

    @Override
    public void topMeanGradient(Tensor x, int k, Tensor dOut, Tensor dx) {
        gradients
                .launch("top_mean_gradient")
                .in(x)
                .in(dOut)
                .out(dx)
                .with(k, x.shape().last())
                .rows(x.shape().rows());
    }
}
