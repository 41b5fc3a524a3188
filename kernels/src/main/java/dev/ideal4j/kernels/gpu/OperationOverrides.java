package dev.ideal4j.kernels.gpu;

import dev.ideal4j.core.ops.Attention;
import dev.ideal4j.core.ops.LocalPca;
import dev.ideal4j.core.ops.Neighbours;
import dev.ideal4j.core.ops.Normalization;
import dev.ideal4j.core.ops.Products;
import dev.ideal4j.core.ops.TransformerBlocks;
import dev.ideal4j.kernels.composed.ComposedBlocks;

/** A runtime's own versions of some operations. They extend the portable ones. */
public interface OperationOverrides {
    /** No overrides. */
    OperationOverrides NONE = new OperationOverrides() {};

    /** Returns the matrix products to use. */
    default Products.Implementation products(GpuBackend backend) {
        return new GpuProducts(backend);
    }

    /** Returns the attention to use. */
    default Attention.Implementation attention(GpuBackend backend) {
        return new GpuAttention(backend);
    }

    /** Returns the transformer blocks to use. */
    default TransformerBlocks.Implementation transformerBlocks(GpuBackend backend, Products.Implementation products) {
        return new ComposedBlocks(backend);
    }

    /** Returns the normalisations to use. */
    default Normalization.Implementation normalization(GpuBackend backend) {
        return new GpuNormalization(backend);
    }

    /** Returns the nearest neighbours to use. */
    default Neighbours.Implementation neighbours(GpuBackend backend) {
        return new GpuNeighbours(backend);
    }

    /** Returns the local PCA to use. */
    default LocalPca.Implementation localPca(GpuBackend backend) {
        return new GpuLocalPca(backend);
    }
}
