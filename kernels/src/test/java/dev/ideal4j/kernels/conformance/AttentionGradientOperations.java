package dev.ideal4j.kernels.conformance;

import static dev.ideal4j.kernels.conformance.Operation.close;
import static dev.ideal4j.kernels.conformance.Operation.size;

import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.ops.Dropout;
import java.util.List;

/** Attention with dropout, and its gradients. */
final class AttentionGradientOperations {
    private AttentionGradientOperations() {}

    private static final Dropout DROPOUT = new Dropout(7, 0.25f);

    private static final int[][] SIZES = {
        size(0, 3, 3, 2, 8),
        size(2, 0, 3, 2, 8),
        size(1, 1, 1, 1, 1),
        size(1, 17, 31, 3, 17),
        size(2, 207, 64, 2, 48),
        size(1, 3, 1025, 2, 3),
        size(2, 5, 7, 3, 4)
    };

    static List<Operation> all() {
        return List.of(
                close(
                        "attention.cross, dropout",
                        2,
                        s -> s[2] + s[4],
                        (t, s) -> {
                            Inputs in = new Inputs(t, s, true);
                            t.backend()
                                    .attention()
                                    .cross(in.q, in.k, in.v, in.bias, s[3], DROPOUT, t.output(s[0], s[1], s[3] * s[4]));
                        },
                        SIZES),
                gradient("attention.crossGradient", false, Dropout.NONE, "qkv", SIZES),
                gradient("attention.crossGradient, bias and dropout", true, DROPOUT, "qkv", SIZES),
                gradient("attention.crossGradient, q alone", true, DROPOUT, "q", size(2, 5, 7, 3, 4)),
                gradient("attention.crossGradient, k alone", true, DROPOUT, "k", size(2, 5, 7, 3, 4)),
                gradient("attention.crossGradient, v alone", true, DROPOUT, "v", size(2, 5, 7, 3, 4)));
    }

    private static Operation gradient(String name, boolean biased, Dropout dropout, String wanted, int[]... sizes) {
        return close(
                name,
                4,
                s -> s[1] + s[2] + s[4],
                (t, s) -> {
                    int width = s[3] * s[4];
                    Inputs in = new Inputs(t, s, biased);
                    Tensor dOut = t.input("dOut", s[0], s[1], width);
                    Tensor dq = wanted.contains("q") ? t.output(s[0], s[1], width) : null;
                    Tensor dk = wanted.contains("k") ? t.output(s[0], s[2], width) : null;
                    Tensor dv = wanted.contains("v") ? t.output(s[0], s[2], width) : null;
                    t.backend().attention().crossGradient(in.q, in.k, in.v, in.bias, s[3], dropout, dOut, dq, dk, dv);
                },
                sizes);
    }

    private static final class Inputs {
        final Tensor q;
        final Tensor k;
        final Tensor v;
        final Tensor bias;

        Inputs(Trial t, int[] s, boolean biased) {
            q = t.uniform("q", 2, s[0], s[1], s[3] * s[4]);
            k = t.uniform("k", 2, s[0], s[2], s[3] * s[4]);
            v = t.input("v", s[0], s[2], s[3] * s[4]);
            bias = biased ? t.input("bias", s[0], s[3], s[2]) : null;
        }
    }
}
