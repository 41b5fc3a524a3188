package dev.ideal4j.kernels.gpu;

import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.ops.Deviations;

/** {@link Deviations} by {@code deviations.kc}. */
final class GpuDeviations implements Deviations {
    GpuDeviations(GpuBackend backend) {}

    @Override
    public void project(Tensor residual, Tensor vectors, Tensor out) {
        throw new UnsupportedOperationException("deviations.project");
    }

    @Override
    public void distance(Tensor residual, Tensor vectors, Tensor out) {
        throw new UnsupportedOperationException("deviations.distance");
    }

    @Override
    public void patchScore(Tensor distance, Tensor cosine, Tensor out) {
        throw new UnsupportedOperationException("deviations.patchScore");
    }
}
