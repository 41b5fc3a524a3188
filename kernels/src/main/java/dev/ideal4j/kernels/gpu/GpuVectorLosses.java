package dev.ideal4j.kernels.gpu;

import dev.ideal4j.core.Indices;
import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.ops.Losses;

/** The losses of deviation vectors, by {@code losses-vectors.kc} and matrix products. */
final class GpuVectorLosses {
    private final GpuBackend backend;
    private final GpuLosses losses;
    private final Kernels kernels;

    GpuVectorLosses(GpuBackend backend, GpuLosses losses) {
        this.backend = backend;
        this.losses = losses;
        this.kernels = backend.kernels("losses-vectors");
    }

    void gather(Tensor residuals, Tensor weights, Tensor vectors, Tensor loss, Tensor dVectors) {
        int samples = residuals.shape().axis(0);
        int rows = residuals.shape().axis(1);
        int count = vectors.shape().axis(1);
        float share = GpuLosses.share((long) samples * rows);
        try (Scope scratch = backend.scope()) {
            Tensor directions = scratch.allocateUninitialised(residuals.shape());
            unitRows(residuals, weights, Losses.COSINE_EPS, directions);
            Tensor unit = scratch.allocateUninitialised(vectors.shape());
            unitRows(vectors, null, Losses.COSINE_EPS, unit);
            Tensor cosines = scratch.allocateUninitialised(samples, rows, count);
            backend.products().multiplyTransposed(directions, unit, cosines);
            Indices nearest = scratch.allocateIndices(samples, rows);
            Tensor parts = scratch.allocateUninitialised(samples, rows);
            kernels.launch("nearest_vectors")
                    .in(cosines)
                    .out(nearest)
                    .out(parts)
                    .with(count)
                    .elements(parts.shape().size());
            losses.total(parts, share, loss);
            kernels.launch("gather_gradient")
                    .in(directions)
                    .in(nearest)
                    .in(vectors)
                    .out(dVectors)
                    .with(Losses.COSINE_EPS)
                    .with(share)
                    .with(rows, count, vectors.shape().last())
                    .rows(samples * count);
        }
    }

    void orthogonality(Tensor vectors, Tensor loss, Tensor dVectors) {
        int samples = vectors.shape().axis(0);
        int count = vectors.shape().axis(1);
        float share = GpuLosses.share((long) samples * count * count);
        try (Scope scratch = backend.scope()) {
            Tensor unit = scratch.allocateUninitialised(vectors.shape());
            unitRows(vectors, null, Losses.NORM_EPS, unit);
            Tensor excess = scratch.allocateUninitialised(samples, count, count);
            backend.products().multiplyTransposed(unit, unit, excess);
            Tensor parts = scratch.allocateUninitialised(samples, count);
            kernels.launch("excess").out(excess).out(parts).with(count).rows(samples * count);
            losses.total(parts, share, loss);
            backend.products().multiply(excess, unit, dVectors);
            kernels.launch("unit_gradient")
                    .out(dVectors)
                    .in(vectors)
                    .with(Losses.NORM_EPS)
                    .with(4 * share)
                    .with(vectors.shape().last())
                    .rows(samples * count);
        }
    }

    private void unitRows(Tensor x, Tensor weights, float eps, Tensor out) {
        kernels.launch("unit_rows")
                .in(x)
                .optional(weights, x)
                .out(out)
                .with(eps)
                .with(x.shape().last())
                .rows(x.shape().rows());
    }
}
