package dev.ideal4j.core.nn;

import dev.ideal4j.core.Shape;
import dev.ideal4j.core.grad.ConvolutionFunctions;
import dev.ideal4j.core.grad.Parameter;
import dev.ideal4j.core.grad.Tape;
import dev.ideal4j.core.grad.Variable;
import dev.ideal4j.core.ops.Window;

/** A convolution: {@code weight (out, in, kernel, kernel)}, {@code bias (out)}. */
public final class Conv2d {
    private final Parameter weight;
    private final Parameter bias;
    private final Window window;

    /** Adds {@code name.weight}, and adds {@code name.bias} unless its initialiser is null. */
    public Conv2d(
            Parameters parameters, String name, int in, int out, Window window, Initializer weight, Initializer bias) {
        this.weight = parameters.add(name + ".weight", Shape.of(out, in, window.kernel(), window.kernel()), weight);
        this.bias = bias == null ? null : parameters.add(name + ".bias", Shape.of(out), bias);
        this.window = window;
    }

    /** Applies the convolution to {@code (b, h, w, in)}; returns {@code (b, h′, w′, out)}. */
    public Variable apply(Variable images) {
        Tape tape = images.tape();
        return ConvolutionFunctions.convolve(
                images, tape.parameter(weight), bias == null ? null : tape.parameter(bias), window);
    }
}
