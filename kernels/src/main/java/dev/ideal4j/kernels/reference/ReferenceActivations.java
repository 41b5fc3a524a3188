package dev.ideal4j.kernels.reference;

import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.ops.Activation;
import dev.ideal4j.core.ops.Activations;
import dev.ideal4j.core.ops.Dropout;
import java.util.Arrays;

final class ReferenceActivations implements Activations.Implementation {
    private final ReferenceBackend backend;

    ReferenceActivations(ReferenceBackend backend) {
        this.backend = backend;
    }

    @Override
    public void apply(Activation f, Tensor x, Tensor out) {
        double[] values = backend.read(x);
        for (int i = 0; i < values.length; i++) {
            values[i] = apply(f, values[i]);
        }
        backend.write(values, out);
    }

    static double apply(Activation f, double x) {
        return switch (f) {
            case NONE -> x;
            case GELU -> x * 0.5 * (1 + erf(x / Math.sqrt(2)));
            case RELU -> Math.max(x, 0);
            case RELU6 -> Math.min(Math.max(x, 0), 6);
            case SIGMOID -> sigmoid(x);
            case QUICK_GELU -> x * sigmoid(Activation.QUICK_GELU_SLOPE * x);
        };
    }

    private static double sigmoid(double x) {
        return 1 / (1 + Math.exp(-x));
    }

    @Override
    public void siluGate(Tensor gu, Tensor out) {
        int width = out.shape().last();
        double[] gates = backend.read(gu);
        double[] result = new double[(int) out.shape().size()];
        for (int i = 0; i < result.length; i++) {
            int row = i / width;
            int column = i % width;
            double g = gates[row * 2 * width + column];
            double u = gates[row * 2 * width + width + column];
            result[i] = g / (1 + Math.exp(-g)) * u;
        }
        backend.write(result, out);
    }

    @Override
    public void softmax(Tensor x, Tensor out) {
        double[] values = backend.read(x);
        int width = x.shape().last();
        for (int row = 0; row < x.shape().rows(); row++) {
            softmax(values, row * width, width);
        }
        backend.write(values, out);
    }

    /** Computes the softmax of {@code count} values in place. */
    static void softmax(double[] values, int from, int count) {
        double max = Double.NEGATIVE_INFINITY;
        for (int i = from; i < from + count; i++) {
            max = Math.max(max, values[i]);
        }
        double sum = 0;
        for (int i = from; i < from + count; i++) {
            values[i] = Math.exp(values[i] - max);
            sum += values[i];
        }
        for (int i = from; i < from + count; i++) {
            values[i] /= sum;
        }
    }

    /**
     * Returns the error function, computed by its series of positive terms (DLMF 7.6.2), which has no cancellation:
     * {@code erf x = 2/√π · e^(−x²) · Σ 2ⁿ x^(2n+1) / (1·3·5…(2n+1))}.
     */
    static double erf(double x) {
        if (Math.abs(x) > 6) {
            return Math.signum(x); // 1 − erf 6 is 2e-17
        }
        double term = x;
        double sum = x;
        for (int n = 1; Math.abs(term) > 1e-17 * Math.abs(sum); n++) {
            term *= 2 * x * x / (2 * n + 1);
            sum += term;
        }
        return 2 / Math.sqrt(Math.PI) * Math.exp(-x * x) * sum;
    }

    @Override
    public void gradient(Activation f, Tensor x, Tensor dOut, Tensor dx) {
        double[] values = backend.read(x);
        double[] gradients = backend.read(dOut);
        for (int i = 0; i < values.length; i++) {
            gradients[i] *= slope(f, values[i]);
        }
        backend.write(gradients, dx);
    }

    private static double slope(Activation f, double x) {
        return switch (f) {
            case NONE -> 1;
            case GELU -> 0.5 * (1 + erf(x / Math.sqrt(2))) + x * Math.exp(-0.5 * x * x) / Math.sqrt(2 * Math.PI);
            case RELU -> x > 0 ? 1 : 0;
            case RELU6 -> x > 0 && x < 6 ? 1 : 0;
            case SIGMOID -> sigmoid(x) * sigmoid(-x);
            case QUICK_GELU -> {
                double t = Activation.QUICK_GELU_SLOPE * x;
                yield sigmoid(t) * (1 + t * sigmoid(-t));
            }
        };
    }

    @Override
    public void softmaxGradient(Tensor y, Tensor dOut, Tensor dx) {
        double[] probabilities = backend.read(y);
        double[] gradients = backend.read(dOut);
        int width = y.shape().last();
        for (int row = 0; row < y.shape().rows(); row++) {
            softmaxGradient(probabilities, gradients, row * width, width);
        }
        backend.write(gradients, dx);
    }

    /** Replaces the gradients of {@code count} results of a softmax by the gradients of its inputs. */
    static void softmaxGradient(double[] probabilities, double[] gradients, int from, int count) {
        double mean = Rows.dot(probabilities, from, gradients, from, count);
        for (int i = from; i < from + count; i++) {
            gradients[i] = probabilities[i] * (gradients[i] - mean);
        }
    }

    @Override
    public void add(Tensor a, float factor, Tensor b, Tensor out) {
        double[] sums = backend.read(a);
        double[] repeated = backend.read(b);
        for (int i = 0; i < sums.length; i++) {
            sums[i] += factor * repeated[i % repeated.length];
        }
        backend.write(sums, out);
    }

    @Override
    public void scale(Tensor x, float factor, Tensor out) {
        backend.write(
                Arrays.stream(backend.read(x)).map(value -> factor * value).toArray(), out);
    }

    @Override
    public void absolute(Tensor x, Tensor out) {
        backend.write(Arrays.stream(backend.read(x)).map(Math::abs).toArray(), out);
    }

    @Override
    public void dropout(Tensor x, Dropout dropout, Tensor out) {
        double[] values = backend.read(x);
        for (int i = 0; i < values.length; i++) {
            values[i] *= dropout.factor(i);
        }
        backend.write(values, out);
    }
}
