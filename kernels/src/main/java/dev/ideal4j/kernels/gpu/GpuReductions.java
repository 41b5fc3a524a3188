package dev.ideal4j.kernels.gpu;

import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.ops.Reductions;

/** {@link Reductions} by {@code reductions.kc}. */
final class GpuReductions implements Reductions {
    private final Kernels kernels;
    private final ColumnSums columnSums;
    private final GpuReductionGradient gradient;

    GpuReductions(GpuBackend backend) {
        this.kernels = backend.kernels("columns", "reductions");
        this.columnSums = new ColumnSums(backend, kernels);
        this.gradient = new GpuReductionGradient(backend);
    }

    @Override
    public void topMean(Tensor x, int k, Tensor out) {
        Reductions.checkTopMean(x, k, out);
        kernels.launch("top_mean")
                .in(x)
                .out(out)
                .with(x.shape().last(), k)
                .rows(x.shape().rows());
    }

    @Override
    public void norm(Tensor x, Tensor out) {
        Reductions.checkNorm(x, out);
        kernels.launch("row_norm")
                .in(x)
                .out(out)
                .with(x.shape().last())
                .rows(x.shape().rows());
    }

    @Override
    public void columnSum(Tensor x, Tensor out) {
        Reductions.checkColumnSum(x, out);
        columnSums.of(x, out);
    }

    @Override
    public void topMeanGradient(Tensor x, int k, Tensor dOut, Tensor dx) {
        gradient.topMeanGradient(x, k, dOut, dx);
    }
}
