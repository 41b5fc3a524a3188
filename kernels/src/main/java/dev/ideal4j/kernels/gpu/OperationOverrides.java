package dev.ideal4j.kernels.gpu;

import dev.ideal4j.core.ops.Attention;
import dev.ideal4j.core.ops.LocalPca;
import dev.ideal4j.core.ops.Neighbours;
import dev.ideal4j.core.ops.Normalization;
import dev.ideal4j.core.ops.Products;

/** A runtime's own versions of some operations, which extend the portable ones. */
public interface OperationOverrides {
    /** None. */
    OperationOverrides NONE = new OperationOverrides() {};

    /** The products to use. */
    default Products.Implementation products(GpuBackend backend) {
        return new GpuProducts(backend);
    }

    /** The attention to use. */
    default Attention.Implementation attention(GpuBackend backend) {
        return new GpuAttention(backend);
    }

    /** The normalisations to use. */
    default Normalization.Implementation normalization(GpuBackend backend) {
        return new GpuNormalization(backend);
    }

    /** The nearest neighbours to use. */
    default Neighbours.Implementation neighbours(GpuBackend backend) {
        return new GpuNeighbours(backend);
    }

    /** The local PCA to use. */
    default LocalPca.Implementation localPca(GpuBackend backend) {
        return new GpuLocalPca(backend);
    }
}
