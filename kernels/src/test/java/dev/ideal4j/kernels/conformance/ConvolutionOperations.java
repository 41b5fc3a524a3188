package dev.ideal4j.kernels.conformance;

import static dev.ideal4j.kernels.conformance.Operation.close;
import static dev.ideal4j.kernels.conformance.Operation.exact;
import static dev.ideal4j.kernels.conformance.Operation.size;

import dev.ideal4j.core.Shape;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.checkpoint.SeededValues;
import dev.ideal4j.core.ops.Activation;
import dev.ideal4j.core.ops.Window;
import java.util.List;

/** What convolutional networks need: windows, pooling, batch normalisation; with gradients. */
final class ConvolutionOperations {
    private ConvolutionOperations() {}

    /** Images, height, width, channels; kernel, stride, padding. The last has windows that must not be longer. */
    private static final int[][] MAPS = {
        size(0, 3, 3, 2, 3, 1, 1),
        size(1, 1, 1, 1, 1, 1, 0),
        size(1, 1, 1, 3, 2, 1, 1),
        size(2, 17, 31, 3, 7, 2, 3),
        size(1, 31, 17, 64, 3, 2, 1),
        size(3, 5, 4, 17, 2, 3, 0),
        size(1, 9, 9, 5, 4, 1, 2),
        size(2, 5, 7, 3, 3, 1, 1)
    };

    private static final int[][] COLUMNS = {
        size(2, 1), size(3, 3), size(31, 17), size(207, 384), size(1025, 17), size(5, 19)
    };

    private static final float PUBLISHED_EPS = 1e-5f;

    /** For two rows, of whose gradient all but its share cancels. */
    private static final float LARGE_EPS = 0.1f;

    static List<Operation> all() {
        return List.of(
                exact(
                        "convolution.unfold",
                        (t, s) -> {
                            Tensor images = images(t, s);
                            Shape out = window(s).unfolded(images(s));
                            t.backend().convolution().unfold(images, window(s), t.output(out.toArray()));
                        },
                        MAPS),
                close(
                        "convolution.fold",
                        1,
                        s -> s[4] * s[4],
                        (t, s) -> {
                            Tensor dOut = t.input(
                                    "dOut", window(s).unfolded(images(s)).toArray());
                            t.backend()
                                    .convolution()
                                    .fold(dOut, window(s), t.output(images(s).toArray()));
                        },
                        MAPS),
                depthwise(Activation.NONE),
                depthwise(Activation.RELU6),
                exact(
                        "products.transpose",
                        (t, s) -> {
                            Tensor x = t.input("x", s[0], s[1], s[2]);
                            t.backend().products().transpose(x, t.output(s[0], s[2], s[1]));
                        },
                        size(0, 3, 3),
                        size(2, 0, 3),
                        size(1, 1, 1),
                        size(3, 17, 31),
                        size(1, 207, 64),
                        size(2, 3, 5)),
                exact(
                        "pooling.max",
                        (t, s) -> {
                            Tensor x = images(t, s);
                            t.backend().pooling().max(x, window(s), pooled(t, s));
                        },
                        MAPS),
                close(
                        "pooling.maxGradient",
                        1,
                        s -> s[4] * s[4],
                        (t, s) -> {
                            Tensor x = images(t, s);
                            maxGradient(t, s, x);
                        },
                        MAPS),
                close(
                        "pooling.maxGradient, equal elements",
                        1,
                        s -> s[4] * s[4],
                        (t, s) -> {
                            float[] values =
                                    SeededValues.uniform("ties", (int) images(s).size(), 2, 0);
                            for (int i = 0; i < values.length; i++) {
                                values[i] = Math.round(values[i]);
                            }
                            maxGradient(t, s, t.input("x", values, images(s).toArray()));
                        },
                        MAPS),
                close(
                        "pooling.average",
                        1,
                        s -> s[4] * s[4],
                        (t, s) -> {
                            Tensor x = images(t, s);
                            t.backend().pooling().average(x, window(s), pooled(t, s));
                        },
                        MAPS),
                close(
                        "batchNorm.training",
                        1,
                        s -> s[0],
                        (t, s) -> {
                            Tensor x = t.input("x", s[0], s[1]);
                            Tensor gamma = t.input("gamma", s[1]);
                            Tensor beta = t.input("beta", s[1]);
                            Tensor mean = t.updated("mean", SeededValues.uniform("m", s[1], 1, 0), s[1]);
                            Tensor variance = t.updated("variance", SeededValues.uniform("v", s[1], 0.5, 1), s[1]);
                            t.backend()
                                    .batchNorm()
                                    .training(x, gamma, beta, 1e-3f, 0.1f, mean, variance, t.outputOr(x));
                        },
                        COLUMNS),
                batchNormGradient(
                        "batchNorm.trainingGradient",
                        "xgb",
                        PUBLISHED_EPS,
                        size(3, 3),
                        size(31, 17),
                        size(207, 384),
                        size(1025, 17),
                        size(5, 19)),
                batchNormGradient("batchNorm.trainingGradient, two rows", "xgb", LARGE_EPS, size(2, 19)),
                batchNormGradient("batchNorm.trainingGradient, x alone", "x", PUBLISHED_EPS, size(31, 17), size(5, 19)),
                batchNormGradient(
                        "batchNorm.trainingGradient, gamma and beta", "gb", PUBLISHED_EPS, size(31, 17), size(5, 19)),
                close(
                        "batchNorm.fixed",
                        1,
                        s -> 1,
                        (t, s) -> {
                            Tensor x = t.input("x", s[0], s[1]);
                            Tensor gamma = t.input("gamma", s[1]);
                            Tensor beta = t.input("beta", s[1]);
                            Tensor mean = t.input("mean", s[1]);
                            Tensor variance = t.input("variance", SeededValues.uniform("v", s[1], 0.5, 1), s[1]);
                            t.backend().batchNorm().fixed(x, gamma, beta, mean, variance, 1e-3f, t.outputOr(x));
                        },
                        COLUMNS),
                close(
                        "batchNorm.fixedGradient",
                        1,
                        s -> s[0],
                        (t, s) -> {
                            Tensor x = t.input("x", s[0], s[1]);
                            Tensor gamma = t.input("gamma", s[1]);
                            Tensor mean = t.input("mean", s[1]);
                            Tensor variance = t.input("variance", SeededValues.uniform("v", s[1], 0.5, 1), s[1]);
                            Tensor dOut = t.input("dOut", s[0], s[1]);
                            Tensor dx = t.outputOr(dOut);
                            t.backend()
                                    .batchNorm()
                                    .fixedGradient(
                                            x, gamma, mean, variance, 1e-3f, dOut, dx, t.output(s[1]), t.output(s[1]));
                        },
                        COLUMNS));
    }

    private static Operation depthwise(Activation f) {
        return close(
                "convolution.depthwise, " + f,
                1,
                s -> s[4] * s[4],
                (t, s) -> {
                    Tensor maps = images(t, s);
                    Tensor filters = t.uniform("filters", 4, s[4], s[4], s[3]);
                    Tensor bias = t.input("bias", s[3]);
                    Tensor out = t.output(s[0], (s[1] + s[5] - 1) / s[5], (s[2] + s[5] - 1) / s[5], s[3]);
                    t.backend().convolution().depthwise(maps, filters, bias, s[5], s[6], s[7], f, out);
                },
                size(0, 3, 3, 2, 3, 1, 1, 1),
                size(1, 1, 1, 1, 1, 1, 0, 0),
                size(1, 1, 1, 3, 3, 2, 1, 1),
                size(2, 17, 31, 70, 3, 1, 1, 1),
                size(1, 32, 17, 96, 3, 2, 0, 1),
                size(1, 9, 8, 960, 3, 2, 1, 0),
                size(3, 5, 4, 17, 5, 3, 2, 4),
                size(2, 4, 6, 3, 3, 2, 0, 1));
    }

    private static Shape images(int[] s) {
        return Shape.of(s[0], s[1], s[2], s[3]);
    }

    private static Tensor images(Trial t, int[] s) {
        return t.input("x", images(s).toArray());
    }

    private static Window window(int[] s) {
        return new Window(s[4], s[5], s[6]);
    }

    private static Tensor pooled(Trial t, int[] s) {
        return t.output(window(s).pooled(images(s)).toArray());
    }

    private static void maxGradient(Trial t, int[] s, Tensor x) {
        Tensor dOut = t.input("dOut", window(s).pooled(images(s)).toArray());
        t.backend().pooling().maxGradient(x, window(s), dOut, t.output(images(s).toArray()));
    }

    private static Operation batchNormGradient(String name, String wanted, float eps, int[]... sizes) {
        return close(
                name,
                2,
                s -> s[0],
                (t, s) -> {
                    Tensor x = t.input("x", s[0], s[1]);
                    Tensor gamma = t.input("gamma", s[1]);
                    Tensor dOut = t.input("dOut", s[0], s[1]);
                    Tensor dx = wanted.contains("x") ? t.outputOr(dOut) : null;
                    Tensor dGamma = wanted.contains("g") ? t.output(s[1]) : null;
                    Tensor dBeta = wanted.contains("b") ? t.output(s[1]) : null;
                    t.backend().batchNorm().trainingGradient(x, gamma, eps, dOut, dx, dGamma, dBeta);
                },
                sizes);
    }
}
