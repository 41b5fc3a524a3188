package dev.ideal4j.kernels.emulation;

import dev.ideal4j.core.Backend;
import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.ops.Activation;
import dev.ideal4j.core.ops.BlockWeights;
import dev.ideal4j.core.ops.Epilogue;

/**
 * A transformer block in float64, with the roundings to bf16 that the kernels do: of both normalised inputs, of the rows of
 * queries, keys and values, of the weights of the softmax, of the result of attention, of the activation, and of all weights.
 */
final class Bf16Model {
    static final float EPS = 1e-6f;
    private static final int HEAD = 64;
    /** The keys after which the largest score so far is looked at again. */
    private static final int KEYS = 64;

    private final Backend reference;

    Bf16Model(Backend reference) {
        this.reference = reference;
    }

    /** LayerNorm of rows, rounded. */
    float[] norm(float[] x, float[] gamma, float[] beta) {
        int width = gamma.length;
        try (Scope scope = reference.scope()) {
            Tensor rows = scope.upload(x, x.length / width, width);
            reference.normalization().layerNorm(rows, scope.upload(gamma, width), scope.upload(beta, width), EPS, rows);
            return EmulatedTrial.bf16(rows.toArray());
        }
    }

    /** A layer of rounded rows, its weight rounded, its result not. */
    float[] linear(float[] x, float[] weight, float[] bias, Activation activation) {
        int out = bias.length;
        int in = weight.length / out;
        try (Scope scope = reference.scope()) {
            Tensor result = scope.allocate(x.length / in, out);
            reference
                    .products()
                    .linear(
                            scope.upload(x, x.length / in, in),
                            reference
                                    .products()
                                    .pack(
                                            scope.upload(EmulatedTrial.bf16(weight), out, in),
                                            scope.upload(bias, out),
                                            scope),
                            new Epilogue(activation, null, null),
                            result);
            return result.toArray();
        }
    }

    /** Self attention of rounded rows of queries, keys and values, rounded. */
    static float[] attention(float[] qkv, int samples, int tokens, int heads) {
        int width = heads * HEAD;
        float[] out = new float[samples * tokens * width];
        for (int sample = 0; sample < samples; sample++) {
            for (int head = 0; head < heads; head++) {
                for (int token = 0; token < tokens; token++) {
                    int row = sample * tokens + token;
                    double[] result = query(qkv, sample * tokens, tokens, row, head * HEAD, width);
                    for (int i = 0; i < HEAD; i++) {
                        out[row * width + head * HEAD + i] = (float) result[i];
                    }
                }
            }
        }
        return EmulatedTrial.bf16(out);
    }

    private static double[] query(float[] qkv, int first, int tokens, int row, int column, int width) {
        double[] result = new double[HEAD];
        double total = 0;
        double top = Double.NEGATIVE_INFINITY;
        for (int key0 = 0; key0 < tokens; key0 += KEYS) {
            int keys = Math.min(KEYS, tokens - key0);
            double[] scores = new double[keys];
            double highest = top;
            for (int i = 0; i < keys; i++) {
                for (int j = 0; j < HEAD; j++) {
                    scores[i] += (double) qkv[row * 3 * width + column + j]
                            * qkv[(first + key0 + i) * 3 * width + width + column + j];
                }
                scores[i] /= Math.sqrt(HEAD);
                highest = Math.max(highest, scores[i]);
            }
            double rescale = Math.exp(top - highest);
            top = highest;
            total *= rescale;
            for (int j = 0; j < HEAD; j++) {
                result[j] *= rescale;
            }
            for (int i = 0; i < keys; i++) {
                double weight = Math.exp(scores[i] - top);
                total += weight;
                float rounded = EmulatedTrial.bf16(new float[] {(float) weight})[0];
                for (int j = 0; j < HEAD; j++) {
                    result[j] += (double) rounded * qkv[(first + key0 + i) * 3 * width + 2 * width + column + j];
                }
            }
        }
        for (int j = 0; j < HEAD; j++) {
            result[j] /= total;
        }
        return result;
    }

    /** What a block makes of the residual stream {@code (samples, tokens, C)}. The weights are the reference's. */
    float[] block(BlockWeights weights, float[] x, int samples, int tokens) {
        float[] qkv = EmulatedTrial.bf16(layer(weights.qkv(), norm(weights.norm1(), x), Activation.NONE));
        float[] attended = attention(qkv, samples, tokens, weights.heads());
        float[] middle = added(x, weights.scale1(), layer(weights.projection(), attended, Activation.NONE));
        float[] hidden =
                EmulatedTrial.bf16(layer(weights.expand(), norm(weights.norm2(), middle), weights.activation()));
        return added(middle, weights.scale2(), layer(weights.contract(), hidden, Activation.NONE));
    }

    private float[] norm(BlockWeights.Norm norm, float[] x) {
        return norm(x, norm.gamma().toArray(), norm.beta().toArray());
    }

    private float[] layer(BlockWeights.Linear layer, float[] x, Activation activation) {
        return linear(x, layer.weight().toArray(), layer.bias().toArray(), activation);
    }

    private static float[] added(float[] x, Tensor scale, float[] branch) {
        float[] scales = scale.toArray();
        float[] sum = new float[x.length];
        for (int i = 0; i < x.length; i++) {
            sum[i] = x[i] + scales[i % scales.length] * branch[i];
        }
        return sum;
    }
}
