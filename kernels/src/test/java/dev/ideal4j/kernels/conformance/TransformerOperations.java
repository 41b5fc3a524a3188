package dev.ideal4j.kernels.conformance;

import static dev.ideal4j.kernels.conformance.Operation.close;
import static dev.ideal4j.kernels.conformance.Operation.size;

import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.checkpoint.SeededValues;
import dev.ideal4j.core.ops.Activation;
import dev.ideal4j.core.ops.BlockWeights;
import dev.ideal4j.core.ops.BlockWeights.Linear;
import dev.ideal4j.core.ops.BlockWeights.Norm;
import dev.ideal4j.core.ops.PackedBlock;
import dev.ideal4j.core.ops.Rotation;
import dev.ideal4j.core.ops.TransformerBlocks;
import java.util.List;

final class TransformerOperations {
    private TransformerOperations() {}

    /** Samples, tokens, heads, channels of a head, hidden channels. */
    private static final int[][] SIZES = {
        size(0, 3, 2, 4, 8),
        size(2, 0, 2, 4, 8),
        size(1, 1, 1, 1, 1),
        size(1, 257, 3, 64, 768),
        size(3, 49, 2, 17, 31),
        size(2, 97, 1, 64, 1500),
        size(130, 2, 1, 3, 5),
        size(2, 5, 2, 3, 7)
    };

    static List<Operation> all() {
        return List.of(
                close("transformerBlocks.forward", 4, s -> s[4], (t, s) -> run(t, s, Activation.GELU, true), SIZES)
                        .free("x:0", "x:1"),
                close(
                                "transformerBlocks.forward, no LayerScale",
                                4,
                                s -> s[4],
                                (t, s) -> run(t, s, Activation.QUICK_GELU, false),
                                SIZES)
                        .free("x:0", "x:1"),
                close("transformerBlocks.forward, gated", 4, s -> s[4], (t, s) -> run(t, s, null, true), SIZES)
                        .free("x:0", "x:1"),
                close(
                                "transformerBlocks.forward, rotary",
                                4,
                                s -> s[4],
                                (t, s) -> run(t, s, Activation.GELU, true, rotation(t, s)),
                                size(0, 3, 2, 4, 8),
                                size(2, 0, 2, 4, 8),
                                size(1, 257, 3, 64, 768),
                                size(3, 49, 2, 18, 31),
                                size(130, 2, 1, 2, 5))
                        .free("x:0"));
    }

    /** Two blocks; gated if there is no activation. */
    private static void run(Trial t, int[] s, Activation activation, boolean layerScale) {
        run(t, s, activation, layerScale, null);
    }

    static Rotation rotation(Trial t, int[] s) {
        return new Rotation(t.input("cosines", s[1], s[3] / 2), t.input("sines", s[1], s[3] / 2));
    }

    private static void run(Trial t, int[] s, Activation activation, boolean layerScale, Rotation rotation) {
        int width = s[2] * s[3];
        PackedBlock first = block(t, "first", s, activation, layerScale);
        PackedBlock second = block(t, "second", s, activation, layerScale);
        float[] values = SeededValues.uniform("x", s[0] * s[1] * width, 2, 0);
        Tensor x = t.updated("x", values, s[0], s[1], width);
        t.backend().transformerBlocks().forward(List.of(first, second), rotation, x);
    }

    private static PackedBlock block(Trial t, String name, int[] s, Activation activation, boolean layerScale) {
        int width = s[2] * s[3];
        int hidden = s[4];
        boolean gated = activation == null;
        BlockWeights weights = new BlockWeights(
                s[2],
                norm(t, name + "/norm1", width),
                linear(t, name + "/qkv", 3 * width, width),
                linear(t, name + "/projection", width, width),
                layerScale ? t.input(name + "/scale1", width) : null,
                norm(t, name + "/norm2", width),
                linear(t, name + "/expand", gated ? 2 * hidden : hidden, width),
                gated ? Activation.NONE : activation,
                gated,
                linear(t, name + "/contract", width, hidden),
                layerScale ? t.input(name + "/scale2", width) : null);
        TransformerBlocks blocks = t.backend().transformerBlocks();
        return t.prepare(scope -> blocks.pack(weights, scope));
    }

    private static Norm norm(Trial t, String name, int width) {
        return new Norm(t.input(name + "/gamma", width), t.input(name + "/beta", width), 1e-6f);
    }

    private static Linear linear(Trial t, String name, int out, int in) {
        double scale = 1 / Math.sqrt(in);
        return new Linear(t.uniform(name, scale, out, in), t.uniform(name + " bias", scale, out));
    }
}
