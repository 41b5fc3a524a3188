package dev.ideal4j.kernels.reference;

import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.ops.Activation;
import dev.ideal4j.core.ops.Activations;
import dev.ideal4j.core.ops.Dropout;
import java.util.Arrays;

record ReferenceActivations(ReferenceBackend backend) implements Activations.Implementation {
    @Override
    public void apply(Activation f, Tensor x, Tensor out) {
        double[] values = backend.read(x);
        for (int i = 0; i < values.length; i++) {
            values[i] = f.at(values[i]);
        }
        backend.write(values, out);
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

    @Override
    public void gradient(Activation f, Tensor x, Tensor dOut, Tensor dx) {
        double[] values = backend.read(x);
        double[] gradients = backend.read(dOut);
        for (int i = 0; i < values.length; i++) {
            gradients[i] *= f.slope(values[i]);
        }
        backend.write(gradients, dx);
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
