package dev.ideal4j.core.ops;

import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.Shape;
import dev.ideal4j.core.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * The weights of a vision transformer's block of C channels and h hidden ones.
 *
 * @param heads attention heads, dividing C
 * @param norm1 before the attention
 * @param qkv {@code (3C, C)}: per token the query, key and value, each {@code heads} blocks of {@code C/heads}
 * @param projection {@code (C, C)}, after the attention
 * @param scale1 {@code (C)}, LayerScale of the attention, or null for 1
 * @param norm2 before the feed-forward layers
 * @param expand {@code (h, C)}; gated {@code (2h, C)}: gate, then value
 * @param activation between the feed-forward layers; {@link Activation#NONE} if they are gated
 * @param gated whether the hidden channels are {@code silu(gate) ⊙ value} (SwiGLU)
 * @param contract {@code (C, h)}
 * @param scale2 {@code (C)}, LayerScale of the feed-forward layers, or null for 1
 */
public record BlockWeights(
        int heads,
        Norm norm1,
        Linear qkv,
        Linear projection,
        @Nullable Tensor scale1,
        Norm norm2,
        Linear expand,
        Activation activation,
        boolean gated,
        Linear contract,
        @Nullable Tensor scale2) {

    /**
     * A LayerNorm.
     *
     * @param gamma {@code (C)}
     * @param beta {@code (C)}
     * @param eps added to the variance
     */
    public record Norm(Tensor gamma, Tensor beta, float eps) {
        void check(String name, int width) {
            Checks.shape(name + " scale", gamma.shape(), width);
            Checks.shape(name + " shift", beta.shape(), width);
        }
    }

    /**
     * A linear layer.
     *
     * @param weight {@code (out, in)}, as PyTorch stores it
     * @param bias {@code (out)}, or null for none
     */
    public record Linear(Tensor weight, @Nullable Tensor bias) {
        /** Width of the input rows. */
        public int in() {
            return weight.shape().last();
        }

        /** Width of the output rows. */
        public int out() {
            return weight.shape().axis(0);
        }

        void check(String name, int out, int in) {
            Checks.shape(name, weight.shape(), out, in);
            if (bias != null) {
                Checks.shape(name + " bias", bias.shape(), out);
            }
        }
    }

    /**
     * Checks the shapes.
     *
     * @throws InvalidInputException if one does not fit
     */
    public BlockWeights {
        Shape shape = projection.weight.shape();
        Checks.rank("projection", shape, 2);
        int width = shape.last();
        Attention.checkHeads(width, heads);
        norm1.check("norm1", width);
        qkv.check("qkv", 3 * width, width);
        projection.check("projection", width, width);
        norm2.check("norm2", width);
        Checks.rank("contract", contract.weight.shape(), 2);
        int hidden = contract.in();
        Checks.range("hidden channels", hidden, 1, Integer.MAX_VALUE);
        expand.check("expand", gated ? 2 * hidden : hidden, width);
        contract.check("contract", width, hidden);
        checkScale("scale1", scale1, width);
        checkScale("scale2", scale2, width);
        if (gated && activation != Activation.NONE) {
            throw new InvalidInputException("activation", activation.name(), "NONE beside a gate");
        }
    }

    private static void checkScale(String name, @Nullable Tensor scale, int width) {
        if (scale != null) {
            Checks.shape(name, scale.shape(), width);
        }
    }

    /** Channels of a token, C. */
    public int width() {
        return projection.in();
    }

    /** Hidden channels, h. */
    public int hidden() {
        return contract.in();
    }
}
