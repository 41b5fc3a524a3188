package dev.ideal4j.kernels.gpu;

import dev.ideal4j.core.ops.Attention;
import dev.ideal4j.core.ops.LocalPca;
import dev.ideal4j.core.ops.Neighbours;
import dev.ideal4j.core.ops.Normalization;
import dev.ideal4j.core.ops.Products;

/** A runtime's own versions of some operations, in place of the portable ones, to which they may still turn. */
public interface OwnOperations {
    /** None. */
    OwnOperations NONE = new OwnOperations() {};

    /** The products to use. */
    default Products products(GpuBackend backend, Products portable) {
        return portable;
    }

    /** The attention to use. */
    default Attention attention(GpuBackend backend, Attention portable) {
        return portable;
    }

    /** The normalisations to use. */
    default Normalization normalization(GpuBackend backend, Normalization portable) {
        return portable;
    }

    /** The nearest neighbours to use. */
    default Neighbours neighbours(GpuBackend backend, Neighbours portable) {
        return portable;
    }

    /** The local PCA to use. */
    default LocalPca localPca(GpuBackend backend, LocalPca portable) {
        return portable;
    }
}
