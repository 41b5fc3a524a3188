package dev.ideal4j.kernels.gpu;

import dev.ideal4j.core.Indices;
import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.ops.NeighbourIndex;
import dev.ideal4j.core.ops.Neighbours;

/** {@link Neighbours} by {@code neighbours.kc}. */
final class GpuNeighbours implements Neighbours {
    GpuNeighbours(GpuBackend backend) {}

    @Override
    public NeighbourIndex index(Tensor references, Scope scope) {
        throw new UnsupportedOperationException("neighbours.index");
    }

    @Override
    public void topK(Tensor queries, NeighbourIndex index, int k, Tensor similarities, Indices indices) {
        throw new UnsupportedOperationException("neighbours.topK");
    }
}
