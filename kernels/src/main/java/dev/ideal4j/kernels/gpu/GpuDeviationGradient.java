package dev.ideal4j.kernels.gpu;

import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.ops.Deviations;
import dev.ideal4j.core.ops.Products;

/** The gradient of {@link Deviations#distance}, by {@code deviations-gradients.kc} and products. */
final class GpuDeviationGradient {
    private final GpuBackend backend;
    private final Kernels kernels;

    GpuDeviationGradient(GpuBackend backend) {
        this.backend = backend;
        this.kernels = backend.kernels("deviations-gradients");
    }

    void distance(Tensor residual, Tensor vectors, Tensor dOut, Tensor dVectors) {
        Deviations.checkDistanceGradient(residual, vectors, dOut, dVectors);
        int samples = residual.shape().axis(0);
        int rows = residual.shape().axis(1);
        int count = vectors.shape().axis(1);
        int width = residual.shape().last();
        Products products = backend.products();
        try (Scope scratch = backend.scope()) {
            Tensor kept = scratch.allocate(samples, rows, count);
            products.multiplyTransposed(residual, vectors, kept);
            Tensor projection = scratch.allocate(residual.shape());
            products.multiply(kept, vectors, projection);
            kernels.launch("projection_gradient")
                    .in(residual)
                    .out(projection)
                    .in(dOut)
                    .with(Deviations.NORM_EPS)
                    .with(width)
                    .rows(samples * rows);
            products.transposedMultiply(kept, projection, dVectors);
            products.multiplyTransposed(projection, vectors, kept);
            Tensor second = scratch.allocate(vectors.shape());
            products.transposedMultiply(kept, residual, second);
            backend.activations().add(dVectors, 1, second, dVectors);
        }
    }
}
