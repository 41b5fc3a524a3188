package dev.ideal4j.kernels.gpu;

import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.ops.Normalization;
import dev.ideal4j.kernels.gpu.runtime.GpuStorage;

/** Implements {@link Normalization} by {@code normalization.kc} and {@code normalization-gradients.kc}. */
public class GpuNormalization implements Normalization.Implementation {
    private final GpuBackend backend;
    private final Kernels kernels;
    private final ColumnSums columnSums;
    private final Kernels gradients;

    /** Creates the operations of {@code backend}. */
    public GpuNormalization(GpuBackend backend) {
        this.backend = backend;
        this.kernels = backend.kernels("columns", "normalization");
        this.gradients = backend.kernels("columns", "normalization-gradients");
        this.columnSums = new ColumnSums(backend, gradients);
    }

    @Override
    public void layerNorm(Tensor x, Tensor gamma, Tensor beta, float eps, Tensor out) {
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
        kernels.launch("l2")
                .in(x)
                .out(out)
                .with(x.shape().last())
                .with(eps)
                .rows(x.shape().rows());
    }

    @Override
    public void layerNormGradient(
            Tensor x, Tensor gamma, float eps, Tensor dOut, Tensor dx, Tensor dGamma, Tensor dBeta) {
        GpuStorage.check(backend, x, gamma, dOut);
        if (dGamma != null) {
            gammaGradient(x, eps, dOut, dGamma);
        }
        if (dBeta != null) {
            columnSums.of(dOut, dBeta);
        }
        if (dx != null) { // last, because dx may be the same memory as dOut
            gradients
                    .launch("layer_norm_gradient")
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
            Tensor statistics = scratch.allocateUninitialised(rows, 2);
            gradients
                    .launch("measure_rows")
                    .in(x)
                    .out(statistics)
                    .with(eps)
                    .with(width)
                    .rows(rows);
            Launch launch = gradients.launch("gamma_sums").in(x).in(statistics).in(dOut);
            columnSums.finish(launch, rows, dGamma);
        }
    }

    @Override
    public void l2Gradient(Tensor x, float eps, Tensor dOut, Tensor dx) {
        gradients
                .launch("l2_gradient")
                .in(x)
                .in(dOut)
                .out(dx)
                .with(eps)
                .with(x.shape().last())
                .rows(x.shape().rows());
    }
}
