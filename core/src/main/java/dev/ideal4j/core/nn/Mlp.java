package dev.ideal4j.core.nn;

import dev.ideal4j.core.grad.ActivationFunctions;
import dev.ideal4j.core.grad.Variable;
import dev.ideal4j.core.ops.Activation;

/** Two linear layers with an activation between them: {@code fc2(f(fc1(x)))}. */
public final class Mlp {
    private final Linear fc1;
    private final Linear fc2;
    private final Activation activation;

    /** Adds {@code name.fc1.*} and {@code name.fc2.*}; biases start at 0. */
    public Mlp(Parameters parameters, String name, int width, int hidden, Activation activation, Initializer weight) {
        this.fc1 = new Linear(parameters, name + ".fc1", width, hidden, weight, Initializer.constant(0));
        this.fc2 = new Linear(parameters, name + ".fc2", hidden, width, weight, Initializer.constant(0));
        this.activation = activation;
    }

    /** Applies the layers to {@code (r, width)}; returns the same shape. */
    public Variable apply(Variable x) {
        return fc2.apply(ActivationFunctions.apply(activation, fc1.apply(x)));
    }
}
