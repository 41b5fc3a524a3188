package dev.ideal4j.kernels.conformance;

import static dev.ideal4j.kernels.conformance.Operation.close;
import static dev.ideal4j.kernels.conformance.Operation.exact;
import static dev.ideal4j.kernels.conformance.Operation.size;

import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.checkpoint.SeededValues;
import dev.ideal4j.core.ops.Activation;
import dev.ideal4j.core.ops.Dropout;
import java.util.ArrayList;
import java.util.List;

/** Gradients of what works on rows and maps, and what training alone needs of it. */
final class GradientOperations {
    private GradientOperations() {}

    private static final int[][] ROWS = {
        size(0, 17), size(1, 1), size(3, 3), size(31, 17), size(207, 384), size(17, 1025), size(5, 19)
    };

    /** Without rows of one element, whose direction does not change. */
    private static final int[][] WIDE_ROWS = {
        size(0, 17), size(1, 2), size(3, 3), size(31, 17), size(207, 384), size(17, 1025), size(5, 19)
    };

    static List<Operation> all() {
        List<Operation> rows = new ArrayList<>(List.of(
                close(
                        "activations.softmaxGradient",
                        1,
                        s -> s[1],
                        (t, s) -> {
                            float[] shares = SeededValues.uniform("shares", s[0] * s[1], 0.5 / s[1], 0.5 / s[1]);
                            Tensor y = t.input("y", shares, s[0], s[1]);
                            Tensor dOut = t.input("dOut", s[0], s[1]);
                            t.backend().activations().softmaxGradient(y, dOut, t.outputOr(dOut));
                        },
                        ROWS),
                exact(
                        "activations.dropout",
                        (t, s) -> {
                            Tensor x = t.input("x", s[0], s[1]);
                            t.backend().activations().dropout(x, new Dropout(11, 0.25f), t.outputOr(x));
                        },
                        ROWS),
                close(
                        "normalization.layerNormGradient",
                        2,
                        s -> s[0] + s[1],
                        (t, s) -> layerNorm(t, s, true, true, true),
                        ROWS),
                close(
                        "normalization.layerNormGradient, x alone",
                        2,
                        s -> s[1],
                        (t, s) -> layerNorm(t, s, true, false, false),
                        size(31, 17),
                        size(5, 19)),
                close(
                        "normalization.layerNormGradient, gamma alone",
                        2,
                        s -> s[0] + s[1],
                        (t, s) -> layerNorm(t, s, false, true, false),
                        size(31, 17),
                        size(5, 19)),
                close(
                        "normalization.layerNormGradient, beta alone",
                        1,
                        s -> s[0],
                        (t, s) -> layerNorm(t, s, false, false, true),
                        size(31, 17),
                        size(5, 19)),
                close("normalization.l2Gradient", 1, s -> s[1], (t, s) -> l2(t, s, 1, 1e-12f), WIDE_ROWS),
                close(
                        "normalization.l2Gradient, below eps",
                        1,
                        s -> s[1],
                        (t, s) -> l2(t, s, 1e-3, 1),
                        size(31, 17),
                        size(5, 19)),
                topMean("reductions.topMeanGradient", 7, false),
                topMean("reductions.topMeanGradient, equal elements", 3, true),
                close(
                                "reductions.columnSum",
                                1,
                                s -> s[0],
                                (t, s) -> {
                                    Tensor x = t.input("x", s[0], s[1]);
                                    t.backend().reductions().columnSum(x, t.output(s[1]));
                                },
                                ROWS)
                        .free("x:0"),
                close(
                        "products.transposedMultiply",
                        1,
                        s -> s[1],
                        (t, s) -> {
                            Tensor a = t.input("a", s[0], s[1], s[2]);
                            Tensor b = t.input("b", s[0], s[1], s[3]);
                            t.backend().products().transposedMultiply(a, b, t.output(s[0], s[2], s[3]));
                        },
                        size(0, 3, 3, 3),
                        size(2, 0, 3, 3),
                        size(2, 3, 0, 3),
                        size(1, 1, 1, 1),
                        size(3, 31, 17, 207),
                        size(1, 1025, 3, 17),
                        size(2, 64, 207, 31),
                        size(3, 7, 5, 9)),
                close(
                        "products.transposedMultiply, one sample",
                        1,
                        s -> s[0],
                        (t, s) -> {
                            Tensor a = t.input("a", s[0], s[1]);
                            Tensor b = t.input("b", s[0], s[2]);
                            t.backend().products().transposedMultiply(a, b, t.output(s[1], s[2]));
                        },
                        size(384, 207, 31),
                        size(7, 5, 9)),
                close(
                        "deviations.distanceGradient",
                        4,
                        s -> s[1] + s[2] + s[3],
                        (t, s) -> {
                            Tensor residual = t.input("residual", s[0], s[1], s[3]);
                            Tensor vectors = t.input("vectors", s[0], s[2], s[3]);
                            Tensor dOut = t.input("dOut", s[0], s[1]);
                            t.backend()
                                    .deviations()
                                    .distanceGradient(residual, vectors, dOut, t.output(s[0], s[2], s[3]));
                        },
                        size(0, 3, 3, 3),
                        size(2, 0, 3, 3),
                        size(2, 3, 0, 17),
                        size(3, 17, 3, 17),
                        size(2, 207, 45, 384),
                        size(1, 1025, 31, 64),
                        size(2, 5, 3, 7)),
                close(
                                "resampling.bilinearGradient",
                                1, // a coordinate is known to a few rounding errors of the side it runs along
                                s -> 16.0 * Math.max(s[1], s[2]) * Math.max(s[1], s[2]),
                                (t, s) -> {
                                    Tensor dOut = t.input("dOut", s[0], s[3], s[4]);
                                    t.backend().resampling().bilinearGradient(dOut, t.output(s[0], s[1], s[2]));
                                },
                                size(0, 3, 3, 5, 5),
                                size(1, 3, 3, 0, 5),
                                size(1, 1, 1, 7, 5),
                                size(1, 17, 31, 17, 31),
                                size(3, 17, 3, 31, 207),
                                size(1, 207, 31, 17, 64),
                                size(2, 32, 32, 448, 448),
                                size(2, 3, 4, 7, 5))
                        .free("dOut:1", "dOut:2", "out:1", "out:2")
                        .finite()));
        for (Activation f : Activation.values()) {
            rows.add(close(
                    "activations.apply, " + f,
                    1,
                    s -> 1,
                    (t, s) -> {
                        Tensor x = t.uniform("x", 8, s[0], s[1]);
                        t.backend().activations().apply(f, x, t.outputOr(x));
                    },
                    ROWS));
            rows.add(close(
                    "activations.gradient, " + f,
                    1,
                    s -> 1,
                    (t, s) -> {
                        Tensor x = t.uniform("x", 8, s[0], s[1]);
                        Tensor dOut = t.input("dOut", s[0], s[1]);
                        t.backend().activations().gradient(f, x, dOut, t.outputOr(dOut));
                    },
                    ROWS));
        }
        return rows;
    }

    private static void layerNorm(Trial t, int[] s, boolean wantX, boolean wantGamma, boolean wantBeta) {
        Tensor x = t.input("x", s[0], s[1]);
        Tensor gamma = t.input("gamma", s[1]);
        Tensor dOut = t.input("dOut", s[0], s[1]);
        Tensor dx = wantX ? t.outputOr(dOut) : null;
        Tensor dGamma = wantGamma ? t.output(s[1]) : null;
        Tensor dBeta = wantBeta ? t.output(s[1]) : null;
        t.backend().normalization().layerNormGradient(x, gamma, 1e-3f, dOut, dx, dGamma, dBeta);
    }

    private static void l2(Trial t, int[] s, double scale, float eps) {
        Tensor x = t.uniform("x", scale, s[0], s[1]);
        Tensor dOut = t.input("dOut", s[0], s[1]);
        t.backend().normalization().l2Gradient(x, eps, dOut, t.outputOr(dOut));
    }

    private static Operation topMean(String name, int share, boolean ties) {
        return close(
                name,
                1,
                s -> 1,
                (t, s) -> {
                    float[] values = SeededValues.uniform("top", s[0] * s[1], 4, 0);
                    for (int i = 0; ties && i < values.length; i++) {
                        values[i] = Math.round(values[i]);
                    }
                    Tensor x = t.input("x", values, s[0], s[1]);
                    Tensor dOut = t.input("dOut", s[0]);
                    int k = Math.max(1, s[1] / share);
                    t.backend().reductions().topMeanGradient(x, k, dOut, t.output(s[0], s[1]));
                },
                ROWS);
    }
}
