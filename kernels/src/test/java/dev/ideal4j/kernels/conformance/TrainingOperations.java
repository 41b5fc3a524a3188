package dev.ideal4j.kernels.conformance;

import static dev.ideal4j.kernels.conformance.Operation.close;
import static dev.ideal4j.kernels.conformance.Operation.size;

import dev.ideal4j.core.Indices;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.checkpoint.SeededValues;
import dev.ideal4j.core.ops.Updates;
import java.util.List;

/** Losses, and steps of optimisers. */
final class TrainingOperations {
    private TrainingOperations() {}

    static List<Operation> all() {
        return List.of(
                close(
                                "losses.crossEntropy",
                                1,
                                s -> s[0] + s[1],
                                (t, s) -> {
                                    Tensor logits = t.uniform("logits", 10, s[0], s[1]);
                                    int[] classes = new int[s[0]];
                                    for (int i = 0; i < s[0]; i++) {
                                        classes[i] = i * 5 % s[1];
                                    }
                                    Indices labels = t.indices("labels", classes, s[0]);
                                    t.backend()
                                            .losses()
                                            .crossEntropy(logits, labels, t.output(1), t.output(s[0], s[1]));
                                },
                                size(1, 1),
                                size(3, 2),
                                size(207, 31),
                                size(17, 1025),
                                size(5, 7))
                        .free("logits:1", "out:1"),
                focal("losses.focal", 0.25f, 2),
                focal("losses.focal, without weighting", -1, 0),
                focal("losses.focal, broken exponent", 0.5f, 1.5f),
                probabilityFocal("losses.probabilityFocal", 2, 1e-5f),
                probabilityFocal("losses.probabilityFocal, other exponent", 0.5f, 0.1f),
                probabilityFocal("losses.probabilityFocal, no exponent", 0, 1e-3f),
                close(
                        "losses.dice",
                        1,
                        s -> s[2],
                        (t, s) -> {
                            Tensor logits = t.uniform("logits", 5, s[0], s[1], s[2]);
                            Tensor targets = t.input("targets", bits("targets", s[0] * s[1] * s[2]), s[0], s[1], s[2]);
                            t.backend().losses().dice(logits, targets, t.output(1), t.output(s[0], s[1], s[2]));
                        },
                        size(1, 1, 1),
                        size(3, 2, 1025),
                        size(2, 5, 31),
                        size(31, 17, 3),
                        size(2, 2, 17),
                        size(1, 2, 4109)),
                close(
                                "losses.gather",
                                2,
                                s -> s[1] + s[3],
                                (t, s) -> {
                                    Tensor residuals = t.input("residuals", s[0], s[1], s[3]);
                                    Tensor weights = t.input("weights", bits("weights", s[0] * s[1]), s[0], s[1]);
                                    Tensor vectors = t.input("vectors", s[0], s[2], s[3]);
                                    t.backend()
                                            .losses()
                                            .gather(
                                                    residuals,
                                                    weights,
                                                    vectors,
                                                    t.output(1),
                                                    t.output(s[0], s[2], s[3]));
                                },
                                size(1, 3, 1, 5),
                                size(3, 17, 3, 17),
                                size(2, 207, 45, 384),
                                size(1, 1025, 31, 64),
                                size(2, 5, 3, 7))
                        .free("vectors:1", "out:1"),
                close(
                        "losses.orthogonality",
                        2,
                        s -> s[1] + s[2],
                        (t, s) -> {
                            Tensor vectors = t.input("vectors", s[0], s[1], s[2]);
                            t.backend().losses().orthogonality(vectors, t.output(1), t.output(s[0], s[1], s[2]));
                        },
                        size(1, 2, 3),
                        size(3, 3, 17),
                        size(2, 45, 384),
                        size(1, 31, 3),
                        size(2, 3, 7)),
                adam("updates.adam", new Updates.Adam(0.9, 0.999, 1e-8, 0, false, false), 0),
                adam("updates.adam, weight decay", new Updates.Adam(0.9, 0.999, 1e-8, 0.1, false, false), 0),
                adam("updates.adam, decoupled decay", new Updates.Adam(0.9, 0.99, 1e-8, 0.1, true, false), 0),
                adam("updates.adam, AMSGrad", new Updates.Adam(0.9, 0.999, 1e-10, 0.1, false, true), 0),
                adam(
                        "updates.adam, AMSGrad, decoupled decay, clip",
                        new Updates.Adam(0.8, 0.9, 1e-10, 0.1, true, true),
                        0.5f),
                adam("updates.adam, clip", new Updates.Adam(0.9, 0.999, 1e-8, 0.1, false, false), 1));
    }

    private static Operation focal(String name, float alpha, float gamma) {
        return close(
                name,
                1,
                s -> s[0] * s[1],
                (t, s) -> {
                    Tensor logits = t.uniform("logits", 5, s[0], s[1]);
                    Tensor targets = t.input("targets", bits("targets", s[0] * s[1]), s[0], s[1]);
                    t.backend().losses().focal(logits, targets, alpha, gamma, t.output(1), t.output(s[0], s[1]));
                },
                size(1, 1),
                size(31, 17),
                size(17, 1025),
                size(5, 7));
    }

    private static Operation probabilityFocal(String name, float gamma, float smoothing) {
        return close(
                name,
                1,
                s -> s[0] * s[1],
                (t, s) -> {
                    float[] abnormal = SeededValues.uniform("probability", s[0] * s[1], 0.5, 0.5);
                    float[] both = new float[2 * abnormal.length];
                    for (int i = 0; i < abnormal.length; i++) {
                        int normal = i / s[1] * 2 * s[1] + i % s[1];
                        both[normal] = 1 - abnormal[i];
                        both[normal + s[1]] = abnormal[i];
                    }
                    Tensor p = t.input("probabilities", both, s[0], 2, s[1]);
                    Tensor targets = t.input("targets", bits("targets", s[0] * s[1]), s[0], s[1]);
                    t.backend()
                            .losses()
                            .probabilityFocal(p, targets, gamma, smoothing, t.output(1), t.output(s[0], 2, s[1]));
                },
                size(1, 1),
                size(31, 17),
                size(5, 1025),
                size(5, 7));
    }

    private static Operation adam(String name, Updates.Adam settings, float clip) {
        return close(
                name,
                1,
                s -> 1,
                (t, s) -> {
                    int n = s[0] * s[1];
                    Tensor p = t.updated("parameter", SeededValues.uniform("p", n, 1, 0), s[0], s[1]);
                    Tensor g = t.uniform("gradient", 2, s[0], s[1]);
                    Tensor m = t.updated("first", SeededValues.uniform("m", n, 1, 0), s[0], s[1]);
                    Tensor v = t.updated("second", SeededValues.uniform("v", n, 0.5, 0.5), s[0], s[1]);
                    Tensor vMax = settings.amsgrad()
                            ? t.updated("largest", SeededValues.uniform("vMax", n, 0.5, 0.5), s[0], s[1])
                            : null;
                    t.backend().updates().adam(p, g, m, v, vMax, 3, 0.01, settings, clip);
                },
                size(1, 1),
                size(31, 17),
                size(17, 1025),
                size(5, 7));
    }

    private static float[] bits(String name, int count) {
        float[] values = SeededValues.uniform(name, count, 1, 0);
        for (int i = 0; i < count; i++) {
            values[i] = values[i] > 0.3f ? 1 : 0;
        }
        return values;
    }
}
