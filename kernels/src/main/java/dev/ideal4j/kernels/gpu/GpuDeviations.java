package dev.ideal4j.kernels.gpu;

import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.ops.Deviations;
import dev.ideal4j.core.ops.Products;

/** Implements {@link Deviations} by {@code deviations.kc}, {@code deviations-gradients.kc} and matrix products. */
final class GpuDeviations implements Deviations.Implementation {
    private final GpuBackend backend;
    private final Kernels kernels;
    private final Kernels gradients;

    GpuDeviations(GpuBackend backend) {
        this.backend = backend;
        this.kernels = backend.kernels("deviations");
        this.gradients = backend.kernels("deviations-gradients");
    }

    @Override
    public void project(Tensor residual, Tensor vectors, Tensor out) {
        samples(kernels.launch("project"), residual, vectors, out)
                .groups(residual.shape().axis(1), residual.shape().axis(0), 1);
    }

    @Override
    public void distance(Tensor residual, Tensor vectors, Tensor out) {
        try (Scope scratch = backend.scope()) {
            Tensor projections = scratch.allocateUninitialised(residual.shape());
            samples(kernels.launch("distance_to_projection"), residual, vectors, projections)
                    .with(Deviations.NORM_EPS)
                    .out(out)
                    .groups(residual.shape().axis(1), residual.shape().axis(0), 1);
        }
    }

    private static Launch samples(Launch launch, Tensor residual, Tensor vectors, Tensor projections) {
        int number = vectors.shape().axis(-2);
        int width = vectors.shape().last();
        long sampleStride = vectors.shape().rank() == 2 ? 0 : (long) number * width;
        return launch.in(residual)
                .in(vectors)
                .with(sampleStride)
                .out(projections)
                .with(number, width);
    }

    @Override
    public void patchScore(Tensor distance, Tensor cosine, Tensor out) {
        kernels.launch("patch_score")
                .optional(distance, out)
                .in(cosine)
                .out(out)
                .elements(out.shape().size());
    }

    @Override
    public void distanceGradient(Tensor residual, Tensor vectors, Tensor dOut, Tensor dVectors) {
        int samples = residual.shape().axis(0);
        int rows = residual.shape().axis(1);
        int count = vectors.shape().axis(1);
        int width = residual.shape().last();
        Products products = backend.products();
        try (Scope scratch = backend.scope()) {
            Tensor kept = scratch.allocateUninitialised(samples, rows, count);
            products.multiplyTransposed(residual, vectors, kept);
            Tensor projection = scratch.allocateUninitialised(residual.shape());
            products.multiply(kept, vectors, projection);
            gradients
                    .launch("projection_gradient")
                    .in(residual)
                    .out(projection)
                    .in(dOut)
                    .with(Deviations.NORM_EPS)
                    .with(width)
                    .rows(samples * rows);
            products.transposedMultiply(kept, projection, dVectors);
            products.multiplyTransposed(projection, vectors, kept);
            Tensor second = scratch.allocateUninitialised(vectors.shape());
            products.transposedMultiply(kept, residual, second);
            backend.activations().add(dVectors, 1, second, dVectors);
        }
    }
}
