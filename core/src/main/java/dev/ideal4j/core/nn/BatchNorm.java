package dev.ideal4j.core.nn;

import dev.ideal4j.core.Shape;
import dev.ideal4j.core.grad.NormalizationFunctions;
import dev.ideal4j.core.grad.Parameter;
import dev.ideal4j.core.grad.Variable;

/**
 * Batch normalisation over all axes except the last, with PyTorch's names and initial values: {@code weight} 1, {@code
 * bias} 0, {@code running_mean} 0, {@code running_var} 1. The running statistics have no gradient, so optimisers do not
 * change them.
 */
public final class BatchNorm {
    /** PyTorch's default for {@code eps}. */
    public static final float EPS = 1e-5f;

    /** PyTorch's default for {@code momentum}. */
    public static final float MOMENTUM = 0.1f;

    private final Parameter weight;
    private final Parameter bias;
    private final Parameter runningMean;
    private final Parameter runningVariance;

    /** Adds the four tensors under {@code name}. */
    public BatchNorm(Parameters parameters, String name, int channels) {
        Shape shape = Shape.of(channels);
        this.weight = parameters.add(name + ".weight", shape, Initializer.constant(1));
        this.bias = parameters.add(name + ".bias", shape, Initializer.constant(0));
        this.runningMean = parameters.add(name + ".running_mean", shape, Initializer.constant(0));
        this.runningVariance = parameters.add(name + ".running_var", shape, Initializer.constant(1));
    }

    /** Normalises {@code (…, c)} by the statistics of this batch, and updates the running statistics. */
    public Variable train(Variable x) {
        return NormalizationFunctions.batchNorm(
                x,
                x.tape().parameter(weight),
                x.tape().parameter(bias),
                EPS,
                MOMENTUM,
                runningMean.value(),
                runningVariance.value());
    }

    /** Normalises {@code (…, c)} by the running statistics. */
    public Variable infer(Variable x) {
        return NormalizationFunctions.fixedBatchNorm(
                x,
                x.tape().parameter(weight),
                x.tape().parameter(bias),
                EPS,
                runningMean.value(),
                runningVariance.value());
    }
}
