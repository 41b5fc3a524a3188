package dev.ideal4j.core.nn;

import dev.ideal4j.core.Shape;
import dev.ideal4j.core.grad.Parameter;
import dev.ideal4j.core.grad.ProductFunctions;
import dev.ideal4j.core.grad.Tape;
import dev.ideal4j.core.grad.Variable;

/** A linear layer: {@code weight (out, in)}, {@code bias (out)}. */
public final class Linear {
    private final Parameter weight;
    private final Parameter bias;

    /** Adds {@code name.weight}, and adds {@code name.bias} unless its initialiser is null. */
    public Linear(Parameters parameters, String name, int in, int out, Initializer weight, Initializer bias) {
        this.weight = parameters.add(name + ".weight", Shape.of(out, in), weight);
        this.bias = bias == null ? null : parameters.add(name + ".bias", Shape.of(out), bias);
    }

    /** Applies the layer to {@code (r, in)}; returns {@code (r, out)}. */
    public Variable apply(Variable x) {
        Tape tape = x.tape();
        return ProductFunctions.linear(x, tape.parameter(weight), bias == null ? null : tape.parameter(bias));
    }
}
