package dev.ideal4j.benchmarks;

import dev.ideal4j.core.Backend;
import dev.ideal4j.core.Indices;
import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.checkpoint.SeededValues;
import dev.ideal4j.core.ops.Activation;
import dev.ideal4j.core.ops.Dropout;
import dev.ideal4j.core.ops.Epilogue;
import dev.ideal4j.core.ops.NeighbourIndex;
import dev.ideal4j.core.ops.PackedWeight;
import dev.ideal4j.core.ops.Updates;
import dev.ideal4j.core.ops.Window;
import java.util.List;

/**
 * An operation at the size that matters for one file of kernels.
 *
 * @param flops floating-point operations, or 0
 * @param bytes of inputs and outputs, where there are no {@code flops}
 */
record KernelWork(String file, String operation, double flops, double bytes, Preparation preparation) {
    private static final int PATCHES = 1024;
    private static final int TOKENS = PATCHES + 1;
    private static final int WIDTH = 384;
    private static final int HEADS = 6;
    private static final int SAMPLES = 16;
    private static final int VECTORS = 45;
    private static final int SIDE = 448;
    private static final float EPS = 1e-6f;

    /** Inputs on a backend, and the operation to run on them, which returns an output to wait for. */
    interface Prepared {
        Tensor run();
    }

    private interface Preparation {
        Prepared on(Backend backend, Inputs inputs);
    }

    Prepared prepare(Scope scope) {
        return preparation.on(scope.backend(), new Inputs(scope));
    }

    /** Makes tensors, the same on each backend. */
    private record Inputs(Scope scope) {
        Tensor of(int... lengths) {
            Tensor tensor = scope.allocate(lengths);
            tensor.write(SeededValues.uniform("values", (int) tensor.shape().size(), 1, 0));
            return tensor;
        }

        Tensor out(int... lengths) {
            return scope.allocate(lengths);
        }
    }

    private static KernelWork flops(String file, String operation, double flops, Preparation preparation) {
        return new KernelWork(file, operation, flops, 0, preparation);
    }

    /** Of an operation that reads or writes so many floats. */
    private static KernelWork floats(String file, String operation, double floats, Preparation preparation) {
        return new KernelWork(file, operation, 0, 4 * floats, preparation);
    }

    static List<KernelWork> all() {
        double row = (double) TOKENS * WIDTH;
        double map = (double) SAMPLES * 2 * SIDE * SIDE;
        double image = 64.0 * 112 * 112;
        return List.of(
                flops("gemm-registers", "linear with GELU", 2 * row * 4 * WIDTH, (on, in) -> {
                    PackedWeight weight = on.products().pack(in.of(4 * WIDTH, WIDTH), in.of(4 * WIDTH), in.scope);
                    Tensor x = in.of(TOKENS, WIDTH);
                    Tensor out = in.out(TOKENS, 4 * WIDTH);
                    return () -> {
                        on.products().linear(x, weight, Epilogue.GELU, out);
                        return out;
                    };
                }),
                floats("products", "transpose", 2.0 * SAMPLES * row, (on, in) -> {
                    Tensor x = in.of(SAMPLES, TOKENS, WIDTH);
                    Tensor out = in.out(SAMPLES, WIDTH, TOKENS);
                    return () -> {
                        on.products().transpose(x, out);
                        return out;
                    };
                }),
                flops("products", "orthonormalize", 4.0 * SAMPLES * VECTORS * VECTORS * WIDTH, (on, in) -> {
                    Tensor x = in.of(SAMPLES, VECTORS, WIDTH);
                    Tensor out = in.out(SAMPLES, VECTORS, WIDTH);
                    return () -> {
                        on.products().orthonormalize(x, out);
                        return out;
                    };
                }),
                flops("attention-registers", "self-attention", 4 * row * TOKENS, (on, in) -> {
                    Tensor qkv = in.of(1, TOKENS, 3 * WIDTH);
                    Tensor out = in.out(1, TOKENS, WIDTH);
                    return () -> {
                        on.attention().self(qkv, HEADS, out);
                        return out;
                    };
                }),
                flops(
                        "attention-gradients",
                        "gradient of cross-attention",
                        10.0 * SAMPLES * VECTORS * PATCHES * WIDTH,
                        (on, in) -> {
                            int keys = PATCHES;
                            Tensor q = in.of(SAMPLES, VECTORS, WIDTH);
                            Tensor k = in.of(SAMPLES, keys, WIDTH);
                            Tensor v = in.of(SAMPLES, keys, WIDTH);
                            Tensor dOut = in.of(SAMPLES, VECTORS, WIDTH);
                            Tensor dq = in.out(SAMPLES, VECTORS, WIDTH);
                            Tensor dk = in.out(SAMPLES, keys, WIDTH);
                            Tensor dv = in.out(SAMPLES, keys, WIDTH);
                            return () -> {
                                on.attention().crossGradient(q, k, v, null, HEADS, Dropout.NONE, dOut, dq, dk, dv);
                                return dk;
                            };
                        }),
                floats("normalization", "layer norm", 2 * row, (on, in) -> {
                    Tensor x = in.of(TOKENS, WIDTH);
                    Tensor gamma = in.of(WIDTH);
                    Tensor beta = in.of(WIDTH);
                    Tensor out = in.out(TOKENS, WIDTH);
                    return () -> {
                        on.normalization().layerNorm(x, gamma, beta, EPS, out);
                        return out;
                    };
                }),
                floats("normalization-gradients", "gradient of layer norm", 3 * row * SAMPLES, (on, in) -> {
                    Tensor x = in.of(SAMPLES * TOKENS, WIDTH);
                    Tensor gamma = in.of(WIDTH);
                    Tensor dOut = in.of(SAMPLES * TOKENS, WIDTH);
                    Tensor dx = in.out(SAMPLES * TOKENS, WIDTH);
                    Tensor dGamma = in.out(WIDTH);
                    Tensor dBeta = in.out(WIDTH);
                    return () -> {
                        on.normalization().layerNormGradient(x, gamma, EPS, dOut, dx, dGamma, dBeta);
                        return dx;
                    };
                }),
                floats("batch-norm-gradients", "gradient of batch norm", 3 * image * 4, (on, in) -> {
                    int pixels = 4 * 112 * 112;
                    Tensor x = in.of(pixels, 64);
                    Tensor gamma = in.of(64);
                    Tensor dOut = in.of(pixels, 64);
                    Tensor dx = in.out(pixels, 64);
                    Tensor dGamma = in.out(64);
                    Tensor dBeta = in.out(64);
                    return () -> {
                        on.batchNorm().trainingGradient(x, gamma, EPS, dOut, dx, dGamma, dBeta);
                        return dx;
                    };
                }),
                floats("activations", "GELU", 8 * row, (on, in) -> {
                    Tensor x = in.of(TOKENS, 4 * WIDTH);
                    Tensor out = in.out(TOKENS, 4 * WIDTH);
                    return () -> {
                        on.activations().apply(Activation.GELU, x, out);
                        return out;
                    };
                }),
                floats("activations", "softmax", 2.0 * TOKENS * TOKENS, (on, in) -> {
                    Tensor x = in.of(TOKENS, TOKENS);
                    Tensor out = in.out(TOKENS, TOKENS);
                    return () -> {
                        on.activations().softmax(x, out);
                        return out;
                    };
                }),
                floats("activations-gradients", "gradient of GELU", 12 * row, (on, in) -> {
                    Tensor x = in.of(TOKENS, 4 * WIDTH);
                    Tensor dOut = in.of(TOKENS, 4 * WIDTH);
                    Tensor dx = in.out(TOKENS, 4 * WIDTH);
                    return () -> {
                        on.activations().gradient(Activation.GELU, x, dOut, dx);
                        return dx;
                    };
                }),
                floats("dropout", "dropout", 8 * row, (on, in) -> {
                    Tensor x = in.of(TOKENS, 4 * WIDTH);
                    Tensor out = in.out(TOKENS, 4 * WIDTH);
                    return () -> {
                        on.activations().dropout(x, new Dropout(1, 0.1f), out);
                        return out;
                    };
                }),
                flops("neighbours", "12 nearest of 1,024", 2.0 * PATCHES * PATCHES * WIDTH, (on, in) -> {
                    Tensor x = in.of(PATCHES, WIDTH);
                    NeighbourIndex index = on.neighbours().index(in.of(PATCHES, WIDTH), in.scope);
                    Tensor out = in.out(PATCHES, 12);
                    Indices positions = in.scope.allocateIndices(PATCHES, 12);
                    return () -> {
                        on.neighbours().topK(x, index, 12, out, positions);
                        return out;
                    };
                }),
                // Centre, Gram matrix and 4 directions; the eigenvectors are not counted.
                flops("local-pca", "erase, 12 neighbours", 2.0 * PATCHES * WIDTH * (12 + 78 + 4 * 15), (on, in) -> {
                    Tensor x = in.of(PATCHES, WIDTH);
                    Tensor references =
                            in.scope.upload(SeededValues.uniform("references", PATCHES * WIDTH, 1, 0), PATCHES, WIDTH);
                    NeighbourIndex index = on.neighbours().index(references, in.scope);
                    Tensor cosines = in.out(PATCHES, 12);
                    Indices positions = in.scope.allocateIndices(PATCHES, 12);
                    on.neighbours().topK(x, index, 12, cosines, positions);
                    Tensor out = in.out(PATCHES, WIDTH);
                    return () -> {
                        on.localPca().erase(x, references, cosines, positions, 4, 0.8f, out);
                        return out;
                    };
                }),
                flops("deviations", "distance to 45 vectors", 4.0 * PATCHES * VECTORS * WIDTH, (on, in) -> {
                    Tensor residual = in.of(1, PATCHES, WIDTH);
                    Tensor vectors = in.of(1, VECTORS, WIDTH);
                    Tensor out = in.out(1, PATCHES);
                    return () -> {
                        on.deviations().distance(residual, vectors, out);
                        return out;
                    };
                }),
                flops(
                        "deviations-gradients",
                        "gradient of the distance",
                        8.0 * SAMPLES * PATCHES * VECTORS * WIDTH,
                        (on, in) -> {
                            Tensor residual = in.of(SAMPLES, PATCHES, WIDTH);
                            Tensor vectors = in.of(SAMPLES, VECTORS, WIDTH);
                            Tensor dOut = in.of(SAMPLES, PATCHES);
                            Tensor dVectors = in.out(SAMPLES, VECTORS, WIDTH);
                            return () -> {
                                on.deviations().distanceGradient(residual, vectors, dOut, dVectors);
                                return dVectors;
                            };
                        }),
                floats("resampling", "32 × 32 to 448 × 448", map, (on, in) -> {
                    Tensor x = in.of(2 * SAMPLES, 32, 32);
                    Tensor out = in.out(2 * SAMPLES, SIDE, SIDE);
                    return () -> {
                        on.resampling().bilinear(x, out);
                        return out;
                    };
                }),
                floats("resampling", "blur, σ = 4", 2.0 * SIDE * SIDE, (on, in) -> {
                    Tensor x = in.of(1, SIDE, SIDE);
                    Tensor out = in.out(1, SIDE, SIDE);
                    return () -> {
                        on.resampling().gaussianBlur(x, 4, out);
                        return out;
                    };
                }),
                floats("resampling-gradients", "448 × 448 to 32 × 32", map, (on, in) -> {
                    Tensor dOut = in.of(2 * SAMPLES, SIDE, SIDE);
                    Tensor dx = in.out(2 * SAMPLES, 32, 32);
                    return () -> {
                        on.resampling().bilinearGradient(dOut, dx);
                        return dx;
                    };
                }),
                floats("convolution", "unfold 3 × 3", 10 * image, (on, in) -> {
                    Tensor x = in.of(1, 112, 112, 64);
                    Window window = new Window(3, 1, 1);
                    Tensor out = in.out(window.unfolded(x.shape()).toArray());
                    return () -> {
                        on.convolution().unfold(x, window, out);
                        return out;
                    };
                }),
                floats("convolution-gradients", "fold 3 × 3", 10 * image, (on, in) -> {
                    Tensor dx = in.out(1, 112, 112, 64);
                    Window window = new Window(3, 1, 1);
                    Tensor dOut = in.of(window.unfolded(dx.shape()).toArray());
                    return () -> {
                        on.convolution().fold(dOut, window, dx);
                        return dx;
                    };
                }),
                floats("depthwise", "3 × 3, ReLU6", 2 * image, (on, in) -> {
                    Tensor x = in.of(1, 112, 112, 64);
                    Tensor filters = in.of(3, 3, 64);
                    Tensor bias = in.of(64);
                    Tensor out = in.out(1, 112, 112, 64);
                    return () -> {
                        on.convolution().depthwise(x, filters, bias, 1, 1, 1, Activation.RELU6, out);
                        return out;
                    };
                }),
                floats("pooling", "largest of 3 × 3, stride 2", 1.25 * image, (on, in) -> {
                    Tensor x = in.of(1, 112, 112, 64);
                    Window window = new Window(3, 2, 1);
                    Tensor out = in.out(window.pooled(x.shape()).toArray());
                    return () -> {
                        on.pooling().max(x, window, out);
                        return out;
                    };
                }),
                floats("pooling-gradients", "gradient of the same", 2.25 * image, (on, in) -> {
                    Tensor x = in.of(1, 112, 112, 64);
                    Window window = new Window(3, 2, 1);
                    Tensor dOut = in.of(window.pooled(x.shape()).toArray());
                    Tensor dx = in.out(1, 112, 112, 64);
                    return () -> {
                        on.pooling().maxGradient(x, window, dOut, dx);
                        return dx;
                    };
                }),
                floats("reductions", "mean of the 10 % largest", SAMPLES * PATCHES, (on, in) -> {
                    Tensor x = in.of(SAMPLES, PATCHES);
                    Tensor out = in.out(SAMPLES);
                    return () -> {
                        on.reductions().topMean(x, PATCHES / 10, out);
                        return out;
                    };
                }),
                floats("columns", "sums of columns", SAMPLES * row, (on, in) -> {
                    Tensor x = in.of(SAMPLES * TOKENS, WIDTH);
                    Tensor out = in.out(WIDTH);
                    return () -> {
                        on.reductions().columnSum(x, out);
                        return out;
                    };
                }),
                floats("reductions-gradients", "gradient of that mean", 2.0 * SAMPLES * PATCHES, (on, in) -> {
                    Tensor x = in.of(SAMPLES, PATCHES);
                    Tensor dOut = in.of(SAMPLES);
                    Tensor dx = in.out(SAMPLES, PATCHES);
                    return () -> {
                        on.reductions().topMeanGradient(x, PATCHES / 10, dOut, dx);
                        return dx;
                    };
                }),
                floats("losses", "focal loss of maps", 3 * map, (on, in) -> {
                    Tensor logits = in.of(2 * SAMPLES, SIDE * SIDE);
                    Tensor targets = in.out(2 * SAMPLES, SIDE * SIDE);
                    Tensor loss = in.out(1);
                    Tensor gradient = in.out(2 * SAMPLES, SIDE * SIDE);
                    return () -> {
                        on.losses().focal(logits, targets, 0.25f, 2, loss, gradient);
                        return loss;
                    };
                }),
                flops("losses-vectors", "gather loss", 2.0 * SAMPLES * PATCHES * VECTORS * WIDTH, (on, in) -> {
                    Tensor residuals = in.of(SAMPLES, PATCHES, WIDTH);
                    Tensor weights = in.of(SAMPLES, PATCHES);
                    Tensor vectors = in.of(SAMPLES, VECTORS, WIDTH);
                    Tensor loss = in.out(1);
                    Tensor gradient = in.out(SAMPLES, VECTORS, WIDTH);
                    return () -> {
                        on.losses().gather(residuals, weights, vectors, loss, gradient);
                        return loss;
                    };
                }),
                floats("updates", "Adam", 7.0 * 4 * WIDTH * WIDTH, (on, in) -> {
                    Tensor parameter = in.of(4 * WIDTH, WIDTH);
                    Tensor gradient = in.of(4 * WIDTH, WIDTH);
                    Tensor first = in.out(4 * WIDTH, WIDTH);
                    Tensor second = in.out(4 * WIDTH, WIDTH);
                    Updates.Adam adam = new Updates.Adam(0.9, 0.999, 1e-8, 0, false, false);
                    return () -> {
                        on.updates().adam(parameter, gradient, first, second, null, 3, 1e-4, adam, 0);
                        return parameter;
                    };
                }));
    }
}
