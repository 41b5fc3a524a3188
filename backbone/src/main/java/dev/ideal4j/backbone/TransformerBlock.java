package dev.ideal4j.backbone;

import dev.ideal4j.core.Backend;
import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.ops.Epilogue;
import dev.ideal4j.core.ops.PackedWeight;

/**
 * One block of a vision transformer, in place: {@code x += ls1 ⊙ proj(attention(norm1(x)))}, then
 * {@code x += ls2 ⊙ mlp(norm2(x))}, without ls1 and ls2 in CLIP. Immutable.
 */
final class TransformerBlock {
    private final int heads;
    private final boolean swiglu;
    private final Norm norm1;
    private final PackedWeight qkv;
    private final PackedWeight projection;
    private final Tensor scale1;
    private final Norm norm2;
    private final PackedWeight expand;
    private final PackedWeight contract;
    private final Tensor scale2;
    private final Epilogue activation;

    /** Scale and shift of a LayerNorm. */
    record Norm(Tensor gamma, Tensor beta, float eps) {
        void apply(Tensor x, Tensor out) {
            x.backend().normalization().layerNorm(x, gamma, beta, eps, out);
        }
    }

    TransformerBlock(VitUpload weights, int index) {
        String block = "blocks." + index + ".";
        VitConfig config = weights.config();
        heads = config.heads();
        swiglu = config.swiglu();
        norm1 = weights.norm(block + "norm1");
        qkv = weights.linear(block + "attn.qkv");
        projection = weights.linear(block + "attn.proj");
        scale1 = config.style().layerScale() ? weights.vector(block + "ls1.gamma") : null;
        norm2 = weights.norm(block + "norm2");
        expand = weights.linear(block + (swiglu ? "mlp.w12" : "mlp.fc1"));
        contract = weights.linear(block + (swiglu ? "mlp.w3" : "mlp.fc2"));
        scale2 = config.style().layerScale() ? weights.vector(block + "ls2.gamma") : null;
        activation = new Epilogue(config.style().activation(), null, null);
    }

    /** Memory that all blocks of a forward pass share. */
    static final class Scratch {
        private final Tensor narrow;
        private final Tensor wide;
        private final Tensor gated;

        /**
         * @param tokens the tokens of all samples together
         */
        Scratch(VitConfig config, int tokens, Scope scope) {
            int c = config.width();
            int h = config.hidden();
            narrow = scope.allocate(tokens, c);
            wide = scope.allocate(Math.max(3 * c, config.swiglu() ? 2 * h : h), tokens);
            gated = config.swiglu() ? scope.allocate(tokens, h) : null;
        }

        /** The start of the wide memory, as a row of {@code width} for each token. */
        private Tensor wide(int width) {
            return wide.slice(0, width).reshape(wide.shape().axis(1), width);
        }
    }

    /**
     * Runs the block.
     *
     * @param x {@code (b, n, C)}, overwritten with the result
     * @param scratch for {@code b · n} tokens
     */
    void forward(Tensor x, Scratch scratch) {
        Backend backend = x.backend();
        int batch = x.shape().axis(0);
        int tokens = x.shape().axis(1);
        int width = x.shape().axis(2);
        Tensor narrow = scratch.narrow;

        norm1.apply(x, narrow);
        Tensor packed = scratch.wide(3 * width);
        backend.products().linear(narrow, qkv, Epilogue.NONE, packed);
        backend.attention().self(packed.reshape(batch, tokens, 3 * width), heads, narrow.reshape(batch, tokens, width));
        backend.products().linear(narrow, projection, Epilogue.residual(scale1, x), x);

        norm2.apply(x, narrow);
        Tensor expanded = scratch.wide(expand.out());
        if (swiglu) {
            backend.products().linear(narrow, expand, Epilogue.NONE, expanded);
            backend.activations().siluGate(expanded, scratch.gated);
            expanded = scratch.gated;
        } else {
            backend.products().linear(narrow, expand, activation, expanded);
        }
        backend.products().linear(expanded, contract, Epilogue.residual(scale2, x), x);
    }
}
