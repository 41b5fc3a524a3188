package dev.ideal4j.kernels.conformance;

import static dev.ideal4j.kernels.conformance.Operation.close;
import static dev.ideal4j.kernels.conformance.Operation.exact;
import static dev.ideal4j.kernels.conformance.Operation.size;

import dev.ideal4j.core.Indices;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.checkpoint.SeededValues;
import dev.ideal4j.core.ops.Activation;
import java.util.Arrays;
import java.util.List;

/** Copies, normalisations, activations and reductions: what works on rows. */
final class RowOperations {
    private RowOperations() {}

    private static final int[][] ROWS = {
        size(0, 17), size(3, 0), size(1, 1), size(3, 3), size(31, 17), size(207, 384), size(17, 1025), size(5, 19)
    };

    private static final int[][] NONEMPTY_ROWS = {
        size(0, 17), size(1, 1), size(3, 3), size(31, 17), size(207, 384), size(17, 1025), size(5, 19)
    };

    static List<Operation> all() {
        return List.of(
                exact(
                        "copy",
                        (t, s) -> {
                            Tensor x = t.input("x", s[0], s[1]);
                            t.backend().copy(x, t.output(s[0] * s[1]));
                        },
                        ROWS),
                exact(
                                "layout.gather",
                                (t, s) -> {
                                    Tensor x = t.input("x", s[0], s[1]);
                                    int[] chosen = new int[s[2]];
                                    Arrays.setAll(chosen, i -> (7 * i + 3) % s[0]);
                                    Indices rows = t.indices("rows", chosen, s[2]);
                                    t.backend().layout().gather(x, rows, t.output(s[2], s[1]));
                                },
                                size(3, 5, 0),
                                size(3, 0, 4),
                                size(1, 1, 1),
                                size(31, 17, 64),
                                size(207, 384, 31),
                                size(5, 19, 9))
                        .free("x:0"),
                exact(
                                "layout.columns",
                                (t, s) -> {
                                    Tensor x = t.input("x", s[0], s[1]);
                                    Tensor out = t.updated(
                                            "out", SeededValues.uniform("kept", s[0] * s[3], 1, 0), s[0], s[3]);
                                    t.backend().layout().columns(x, s[2], out, s[4], s[5]);
                                },
                                size(0, 3, 1, 3, 0, 2),
                                size(3, 5, 2, 4, 4, 0),
                                size(1, 1, 0, 1, 0, 1),
                                size(31, 17, 0, 40, 23, 17),
                                size(207, 384, 7, 1, 0, 1),
                                size(5, 19, 3, 24, 8, 16))
                        .free("x:1", "out:1"),
                exact(
                        "layout.lookup",
                        (t, s) -> {
                            int integers = (s[1] * s[2] + 3) / 4;
                            int[] packed = new int[s[0] * integers];
                            Arrays.setAll(packed, i -> 0x9E3779B9 * (i + 1));
                            Indices bytes = t.indices("bytes", packed, s[0], integers);
                            Tensor table = t.input("table", s[1], 256);
                            t.backend().layout().lookup(bytes, table, t.output(s[0], s[1], s[2]));
                        },
                        size(0, 3, 5),
                        size(2, 3, 0),
                        size(1, 1, 1),
                        size(2, 3, 1025),
                        size(3, 5, 19),
                        size(2, 3, 20)),
                close(
                        "normalization.layerNorm",
                        1,
                        s -> s[1],
                        (t, s) -> {
                            Tensor x = t.input("x", s[0], s[1]);
                            layerNorm(t, s, x);
                        },
                        ROWS),
                close(
                        "normalization.layerNorm, far from zero",
                        100, // the mean, 100, is known to 100 rounding errors of the unit the rows vary by
                        s -> s[1],
                        (t, s) -> {
                            float[] values = SeededValues.uniform("far", s[0] * s[1], 1, 100);
                            layerNorm(t, s, t.input("x", values, s[0], s[1]));
                        },
                        size(31, 17),
                        size(207, 384),
                        size(5, 19)),
                close(
                        "normalization.l2",
                        1,
                        s -> s[1],
                        (t, s) -> {
                            Tensor x = t.input("x", s[0], s[1]);
                            t.backend().normalization().l2(x, 1e-12f, t.outputOr(x));
                        },
                        ROWS),
                close(
                        "normalization.l2, below eps",
                        1,
                        s -> s[1],
                        (t, s) -> {
                            Tensor x = t.uniform("x", 1e-3, s[0], s[1]);
                            t.backend().normalization().l2(x, 1, t.outputOr(x));
                        },
                        size(31, 17),
                        size(5, 19)),
                close(
                        "activations.apply, GELU, near zero and far out",
                        1,
                        s -> 1,
                        (t, s) -> {
                            float[] values = {0f, -0f, 1e-6f, -1e-30f, 12, -12, 1e6f, -1e6f, 0.5f, -0.5f};
                            Tensor x = t.input("x", values, s[0], s[1]);
                            t.backend().activations().apply(Activation.GELU, x, t.outputOr(x));
                        },
                        size(1, 10)),
                close(
                        "activations.add",
                        1,
                        s -> 1,
                        (t, s) -> {
                            Tensor a = t.input("a", s[0], s[1]);
                            Tensor b = t.input("b", s[1]);
                            t.backend().activations().add(a, -0.3f, b, t.outputOr(a));
                        },
                        ROWS),
                exact(
                        "activations.scale",
                        (t, s) -> {
                            Tensor x = t.input("x", s[0], s[1]);
                            t.backend().activations().scale(x, 0.25f, t.outputOr(x));
                        },
                        ROWS),
                exact(
                        "activations.absolute",
                        (t, s) -> {
                            Tensor x = t.input("x", s[0], s[1]);
                            t.backend().activations().absolute(x, t.outputOr(x));
                        },
                        ROWS),
                close(
                        "activations.siluGate",
                        1,
                        s -> 1,
                        (t, s) -> {
                            Tensor gu = t.uniform("gu", 10, s[0], 2 * s[1]);
                            t.backend().activations().siluGate(gu, t.output(s[0], s[1]));
                        },
                        ROWS),
                close(
                        "activations.siluGate, far out",
                        1,
                        s -> 1,
                        (t, s) -> {
                            float[] values = {0, -0f, 100, -100, 1000, -1000, 88, -88, 1, 2, 3, 4, 5, 6, 7, 8};
                            t.backend()
                                    .activations()
                                    .siluGate(t.input("gu", values, s[0], 2 * s[1]), t.output(s[0], s[1]));
                        },
                        size(1, 8)),
                close(
                        "activations.softmax",
                        2,
                        s -> s[1],
                        (t, s) -> {
                            Tensor x = t.uniform("x", 10, s[0], s[1]);
                            t.backend().activations().softmax(x, t.outputOr(x));
                        },
                        ROWS),
                close(
                        "activations.softmax, large and minus infinity",
                        1,
                        s -> 1,
                        (t, s) -> {
                            float low = Float.NEGATIVE_INFINITY;
                            float[] values = {1e6f, 1e6f, -1e6f, low, low, low, low, low, low, low, 3, 1e30f};
                            Tensor x = t.input("x", values, s[0], s[1]);
                            t.backend().activations().softmax(x, t.outputOr(x));
                        },
                        size(3, 4)),
                close(
                                "reductions.topMean",
                                1,
                                s -> s[1],
                                (t, s) -> {
                                    Tensor x = t.input("x", s[0], s[1]);
                                    int k = Math.max(1, s[1] / 7);
                                    t.backend().reductions().topMean(x, k, t.output(s[0]));
                                },
                                NONEMPTY_ROWS)
                        .free("x:1"),
                close(
                                "reductions.topMean, all, equal elements",
                                1,
                                s -> s[1],
                                (t, s) -> {
                                    float[] values = SeededValues.uniform("ties", s[0] * s[1], 4, 0);
                                    for (int i = 0; i < values.length; i++) {
                                        values[i] = Math.round(values[i]);
                                    }
                                    Tensor x = t.input("x", values, s[0], s[1]);
                                    t.backend().reductions().topMean(x, s[1], t.output(s[0]));
                                },
                                NONEMPTY_ROWS)
                        .free("x:1"),
                close(
                                "reductions.norm",
                                1,
                                s -> s[1],
                                (t, s) -> {
                                    Tensor x = t.input("x", s[0], s[1]);
                                    t.backend().reductions().norm(x, t.output(s[0]));
                                },
                                ROWS)
                        .free("x:1"));
    }

    private static void layerNorm(Trial t, int[] s, Tensor x) {
        Tensor gamma = t.input("gamma", s[1]);
        Tensor beta = t.input("beta", s[1]);
        t.backend().normalization().layerNorm(x, gamma, beta, 1e-6f, t.outputOr(x));
    }
}
