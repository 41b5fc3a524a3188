package dev.ideal4j.core.nn;

import dev.ideal4j.core.Shape;
import dev.ideal4j.core.grad.NormalizationFunctions;
import dev.ideal4j.core.grad.Parameter;
import dev.ideal4j.core.grad.Variable;

/** LayerNorm over rows, with {@code weight (c)} initialised to 1 and {@code bias (c)} to 0. */
public final class LayerNorm {
    private final Parameter weight;
    private final Parameter bias;
    private final float eps;

    /** Adds {@code name.weight} and {@code name.bias}. */
    public LayerNorm(Parameters parameters, String name, int width, float eps) {
        this.weight = parameters.add(name + ".weight", Shape.of(width), Initializer.constant(1));
        this.bias = parameters.add(name + ".bias", Shape.of(width), Initializer.constant(0));
        this.eps = eps;
    }

    /** Normalises {@code (r, c)}; returns the same shape. */
    public Variable apply(Variable x) {
        return NormalizationFunctions.layerNorm(
                x, x.tape().parameter(weight), x.tape().parameter(bias), eps);
    }
}
