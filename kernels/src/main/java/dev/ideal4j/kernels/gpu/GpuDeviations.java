package dev.ideal4j.kernels.gpu;

import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.ops.Deviations;

/** {@link Deviations} by {@code deviations.kc}. */
final class GpuDeviations implements Deviations {
    private final GpuBackend backend;
    private final Kernels kernels;
    private final GpuDeviationGradient gradient;

    GpuDeviations(GpuBackend backend) {
        this.backend = backend;
        this.kernels = backend.kernels("deviations");
        this.gradient = new GpuDeviationGradient(backend);
    }

    @Override
    public void project(Tensor residual, Tensor vectors, Tensor out) {
        Deviations.checkProject(residual, vectors, out);
        samples(kernels.launch("project"), residual, vectors, out)
                .groups(residual.shape().axis(1), residual.shape().axis(0), 1);
    }

    @Override
    public void distance(Tensor residual, Tensor vectors, Tensor out) {
        Deviations.checkDistance(residual, vectors, out);
        try (Scope scratch = backend.scope()) {
            Tensor projections = scratch.allocate(residual.shape());
            samples(kernels.launch("distance_to_projection"), residual, vectors, projections)
                    .with(NORM_EPS)
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
        Deviations.checkPatchScore(distance, cosine, out);
        kernels.launch("patch_score")
                .optional(distance, out)
                .in(cosine)
                .out(out)
                .elements(out.shape().size());
    }

    @Override
    public void distanceGradient(Tensor residual, Tensor vectors, Tensor dOut, Tensor dVectors) {
        gradient.distance(residual, vectors, dOut, dVectors);
    }
}
