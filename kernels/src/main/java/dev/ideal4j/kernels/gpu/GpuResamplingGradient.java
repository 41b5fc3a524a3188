package dev.ideal4j.kernels.gpu;

import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.ops.Resampling;

/** The gradient of {@link Resampling#bilinear}, by {@code resampling-gradients.kc}. */
final class GpuResamplingGradient {
    private final GpuBackend backend;
    private final Kernels kernels;

    GpuResamplingGradient(GpuBackend backend) {
        this.backend = backend;
        this.kernels = backend.kernels("resampling-gradients");
    }

    void bilinear(Tensor dOut, Tensor dx) {
        Resampling.checkBilinear(dx, dOut);
        int maps = dx.shape().axis(0);
        int height = dx.shape().axis(1);
        int width = dx.shape().axis(2);
        int fromHeight = dOut.shape().axis(1);
        int fromWidth = dOut.shape().axis(2);
        try (Scope scratch = backend.scope()) {
            Tensor sums = scratch.allocate(maps, height, fromWidth);
            kernels.launch("gather_rows")
                    .in(dOut)
                    .out(sums)
                    .with(height, fromHeight, fromWidth)
                    .rows(maps * height);
            kernels.launch("gather_columns")
                    .in(sums)
                    .out(dx)
                    .with(width, fromWidth)
                    .elements(dx.shape().size());
        }
    }
}
