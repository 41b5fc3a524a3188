package dev.ideal4j.kernels.conformance;

import static dev.ideal4j.kernels.conformance.Operation.close;
import static dev.ideal4j.kernels.conformance.Operation.size;

import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.checkpoint.SeededValues;
import dev.ideal4j.core.ops.Rotation;
import java.util.Arrays;
import java.util.List;

final class AttentionOperations {
    private AttentionOperations() {}

    /** Added to the score of a key that is masked out, as the Intrinsic Deviation Encoder does. */
    private static final float MASKED = -1e9f;

    static List<Operation> all() {
        return List.of(
                close(
                        "attention.self",
                        2,
                        s -> s[1] + s[3],
                        (t, s) -> {
                            int width = s[2] * s[3];
                            Tensor qkv = t.uniform("qkv", 2, s[0], s[1], 3 * width);
                            t.backend().attention().self(qkv, s[2], t.output(s[0], s[1], width));
                        },
                        size(0, 3, 2, 8),
                        size(2, 0, 2, 8),
                        size(1, 1, 1, 1),
                        size(2, 3, 1, 3),
                        size(1, 17, 2, 17),
                        size(3, 31, 3, 64),
                        size(1, 207, 6, 64),
                        size(1, 1025, 1, 64),
                        size(1, 17, 2, 80),
                        size(1, 3, 2, 128),
                        size(1, 3, 2, 129),
                        size(1, 5, 1, 400),
                        size(1, 9, 1, 1024),
                        size(1, 5, 1, 2047),
                        size(2, 5, 3, 4)),
                close(
                                "attention.rotate",
                                2,
                                s -> 2,
                                (t, s) -> {
                                    int width = s[2] * s[3];
                                    Rotation rotation = TransformerOperations.rotation(t, s);
                                    float[] values = SeededValues.uniform("qkv", s[0] * s[1] * 3 * width, 2, 0);
                                    Tensor qkv = t.updated("qkv", values, s[0], s[1], 3 * width);
                                    t.backend().attention().rotate(qkv, s[2], rotation);
                                },
                                size(0, 3, 2, 8),
                                size(2, 0, 2, 8),
                                size(1, 1, 1, 2),
                                size(3, 31, 3, 64),
                                size(2, 205, 6, 64),
                                size(2, 5, 3, 4))
                        .free("qkv:0"),
                close(
                        "attention.cross",
                        2,
                        s -> s[2] + s[4],
                        (t, s) -> {
                            int width = s[3] * s[4];
                            Tensor q = t.uniform("q", 2, s[0], s[1], width);
                            Tensor k = t.uniform("k", 2, s[0], s[2], width);
                            Tensor v = t.input("v", s[0], s[2], width);
                            t.backend().attention().cross(q, k, v, null, s[3], t.output(s[0], s[1], width));
                        },
                        size(0, 3, 3, 2, 8),
                        size(2, 0, 3, 2, 8),
                        size(1, 1, 1, 1, 1),
                        size(2, 45, 64, 8, 48),
                        size(3, 17, 207, 1, 17),
                        size(1, 3, 1025, 2, 3),
                        size(2, 5, 7, 3, 4)),
                close(
                        "attention.cross, some keys masked",
                        2,
                        s -> s[2] + s[4],
                        (t, s) -> {
                            float[] bias = new float[s[0] * s[3] * s[2]];
                            for (int i = 0; i < bias.length; i++) {
                                bias[i] = i % 3 == 0 ? MASKED : i % 3 == 1 ? 0.5f : 0;
                            }
                            crossBiased(t, s, bias);
                        },
                        size(2, 45, 64, 8, 48),
                        size(1, 3, 1025, 2, 3),
                        size(2, 5, 7, 3, 4)),
                close(
                        "attention.cross, all keys masked",
                        2,
                        s -> s[2] + s[4],
                        (t, s) -> {
                            float[] bias = new float[s[0] * s[3] * s[2]];
                            Arrays.fill(bias, MASKED);
                            crossBiased(t, s, bias);
                        },
                        size(2, 45, 64, 8, 48),
                        size(2, 5, 7, 3, 4)),
                close(
                        "attention.cross, keys excluded",
                        2,
                        s -> s[2] + s[4],
                        (t, s) -> {
                            float[] bias = new float[s[0] * s[3] * s[2]];
                            Arrays.fill(bias, Float.NEGATIVE_INFINITY);
                            for (int i = s[2] - 1; i < bias.length; i += s[2]) {
                                bias[i] = 0; // the last key alone is left
                            }
                            crossBiased(t, s, bias);
                        },
                        size(1, 3, 1025, 2, 3),
                        size(2, 5, 7, 3, 4)));
    }

    private static void crossBiased(Trial t, int[] s, float[] bias) {
        int width = s[3] * s[4];
        Tensor q = t.uniform("q", 2, s[0], s[1], width);
        Tensor k = t.uniform("k", 2, s[0], s[2], width);
        Tensor v = t.input("v", s[0], s[2], width);
        Tensor keyBias = t.input("bias", bias, s[0], s[3], s[2]);
        t.backend().attention().cross(q, k, v, keyBias, s[3], t.output(s[0], s[1], width));
    }
}
