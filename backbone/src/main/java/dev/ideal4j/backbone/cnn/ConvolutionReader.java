package dev.ideal4j.backbone.cnn;

import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Shape;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.checkpoint.RenamedWeights;
import dev.ideal4j.core.checkpoint.Weights;
import dev.ideal4j.core.nn.BatchNorm;
import dev.ideal4j.core.ops.Window;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Uploads convolutions to a backend. The batch normalisation after each convolution is folded into its weight and
 * bias.
 */
final class ConvolutionReader {
    private final Weights weights;
    private final Scope scope;
    private final Map<String, String> read = new LinkedHashMap<>();

    /** Creates a reader of weights that must stay open. The {@code scope} owns the uploaded tensors. */
    ConvolutionReader(Weights weights, Scope scope) {
        this.weights = weights;
        this.scope = scope;
    }

    /** Returns the tensors that were read, for a fingerprint. */
    Weights used() {
        return new RenamedWeights(weights, read);
    }

    /** Whether there is a tensor. */
    boolean has(String name) {
        return weights.names().contains(name);
    }

    /** Returns the number of output channels of a convolution. */
    int width(String name) {
        return weights.shape(name + ".weight").axis(0);
    }

    /**
     * Uploads a convolution over all channels.
     *
     * @param norm name of the batch normalisation, or null if it is already folded in the file
     * @param in the expected number of input channels
     */
    Dense dense(String name, String norm, int in, Window window) {
        int kernel = window.kernel();
        int out = width(name);
        float[] weight = read(name + ".weight", Shape.of(out, in, kernel, kernel));
        float[] bias = fold(name, norm, weight, out);
        try (Scope local = scope.backend().scope()) {
            Tensor filters = local.upload(channelsLast(weight, out, in, kernel * kernel), out, kernel * kernel * in);
            return new Dense(scope.backend().products().pack(filters, local.upload(bias, out), scope), window);
        }
    }

    /** Uploads a depthwise 3 × 3 convolution. The parameters have the same meaning as for {@link #dense}. */
    Depthwise depthwise(String name, String norm, int channels, int stride, Padding padding) {
        int kernel = 3;
        float[] weight = read(name + ".weight", Shape.of(channels, 1, kernel, kernel));
        float[] bias = fold(name, norm, weight, channels);
        float[] filters = channelsLast(weight, 1, channels, kernel * kernel);
        return new Depthwise(
                scope.upload(filters, kernel, kernel, channels), scope.upload(bias, channels), stride, padding);
    }

    private float[] read(String name, Shape expected) {
        if (!weights.shape(name).equals(expected)) {
            throw new InvalidInputException(
                    weights.origin() + ", tensor " + name, "shape " + weights.shape(name), expected.toString());
        }
        read.put(name, name);
        return weights.read(name);
    }

    /** Scales the weights of each output channel in place and returns the bias. */
    private float[] fold(String name, String norm, float[] weight, int out) {
        Shape shape = Shape.of(out);
        if (norm == null) {
            return read(name + ".bias", shape);
        }
        float[] gamma = read(norm + ".weight", shape);
        float[] beta = read(norm + ".bias", shape);
        float[] mean = read(norm + ".running_mean", shape);
        float[] variance = read(norm + ".running_var", shape);
        // No published network has a bias before a batch normalisation, but a file may.
        float[] before = has(name + ".bias") ? read(name + ".bias", shape) : new float[out];
        float[] bias = new float[out];
        int each = weight.length / out;
        for (int channel = 0; channel < out; channel++) {
            double scale = gamma[channel] / Math.sqrt((double) variance[channel] + BatchNorm.EPS);
            for (int i = channel * each; i < (channel + 1) * each; i++) {
                weight[i] = (float) (weight[i] * scale);
            }
            bias[channel] = (float) (beta[channel] - ((double) mean[channel] - before[channel]) * scale);
        }
        return bias;
    }

    /** Rearranges {@code (out, in, field)} to {@code (out, field, in)}. */
    private static float[] channelsLast(float[] weight, int out, int in, int field) {
        float[] moved = new float[weight.length];
        for (int o = 0; o < out; o++) {
            for (int i = 0; i < in; i++) {
                for (int f = 0; f < field; f++) {
                    moved[(o * field + f) * in + i] = weight[(o * in + i) * field + f];
                }
            }
        }
        return moved;
    }
}
