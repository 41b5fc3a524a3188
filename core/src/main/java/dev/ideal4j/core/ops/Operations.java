package dev.ideal4j.core.ops;

/** All operations of a backend, by family. Each family checks its arguments before its backend computes. */
public record Operations(
        Products products,
        Attention attention,
        TransformerBlocks transformerBlocks,
        Normalization normalization,
        BatchNorm batchNorm,
        Activations activations,
        Neighbours neighbours,
        LocalPca localPca,
        Deviations deviations,
        Resampling resampling,
        Convolution convolution,
        Reductions reductions,
        Pooling pooling,
        Losses losses,
        Updates updates,
        Layout layout) {}
