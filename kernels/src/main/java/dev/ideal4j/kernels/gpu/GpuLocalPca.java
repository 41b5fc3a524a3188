package dev.ideal4j.kernels.gpu;

import dev.ideal4j.core.Indices;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.ops.LocalPca;

/** {@link LocalPca} by {@code local-pca.kc}. */
final class GpuLocalPca implements LocalPca {
    GpuLocalPca(GpuBackend backend) {}

    @Override
    public void erase(
            Tensor targets,
            Tensor references,
            Tensor similarities,
            Indices indices,
            int rank,
            float strength,
            Tensor out) {
        throw new UnsupportedOperationException("localPca.erase");
    }
}
