package dev.ideal4j.core.nn;

import dev.ideal4j.core.Shape;
import java.util.Arrays;
import java.util.Random;

/** Initial values of a parameter. The same generator state gives the same values. */
@FunctionalInterface
public interface Initializer {
    /** Returns the values for a tensor of the given shape in row-major order. */
    float[] values(Shape shape, Random random);

    /** Sets all values to a constant. */
    static Initializer constant(float value) {
        return (shape, random) -> {
            float[] values = new float[Math.toIntExact(shape.size())];
            Arrays.fill(values, value);
            return values;
        };
    }

    /** Draws from a normal distribution with mean 0. */
    static Initializer normal(double deviation) {
        return (shape, random) -> fill(shape, () -> deviation * random.nextGaussian());
    }

    /** Draws from a normal distribution with mean 0, and redraws values outside of ±{@code limit}. */
    static Initializer truncatedNormal(double deviation, double limit) {
        return (shape, random) -> fill(shape, () -> {
            double value;
            do {
                value = deviation * random.nextGaussian();
            } while (Math.abs(value) > limit);
            return value;
        });
    }

    /** Draws uniformly from ±√(6 / (fan in + fan out)) for {@code (out, in, …)} (Glorot and Bengio 2010). */
    static Initializer xavierUniform() {
        return (shape, random) -> {
            double field = shape.size() / ((double) shape.axis(0) * shape.axis(1));
            double bound = Math.sqrt(6.0 / ((shape.axis(0) + shape.axis(1)) * field));
            return fill(shape, () -> bound * (2 * random.nextDouble() - 1));
        };
    }

    /**
     * Draws from a normal distribution with standard deviation √(2 / fan out) for convolutions {@code (out, in, …)}
     * (He et al. 2015, like in torchvision).
     */
    static Initializer heNormal() {
        return (shape, random) -> {
            double fanOut = (double) shape.size() / shape.axis(1);
            return normal(Math.sqrt(2 / fanOut)).values(shape, random);
        };
    }

    /** Draws uniformly from ±1/√(fan in), which is PyTorch's default for linear layers and their biases. */
    static Initializer uniformFanIn(int fanIn) {
        return (shape, random) -> fill(shape, () -> (2 * random.nextDouble() - 1) / Math.sqrt(fanIn));
    }

    private static float[] fill(Shape shape, java.util.function.DoubleSupplier draw) {
        float[] values = new float[Math.toIntExact(shape.size())];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) draw.getAsDouble();
        }
        return values;
    }
}
