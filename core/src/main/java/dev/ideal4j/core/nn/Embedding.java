package dev.ideal4j.core.nn;

import dev.ideal4j.core.Shape;
import dev.ideal4j.core.grad.Parameter;
import dev.ideal4j.core.grad.ShapeFunctions;
import dev.ideal4j.core.grad.Tape;
import dev.ideal4j.core.grad.Variable;

/** A table of learnable vectors, {@code weight (m, c)}, initialised from N(0, 1). */
public final class Embedding {
    private final Parameter weight;

    /** Adds {@code name.weight}. */
    public Embedding(Parameters parameters, String name, int vectors, int width) {
        this.weight = parameters.add(name + ".weight", Shape.of(vectors, width), Initializer.normal(1));
    }

    /** Returns the whole table repeated for each sample: {@code (samples, m, c)}. */
    public Variable repeated(Tape tape, int samples) {
        return ShapeFunctions.repeat(tape.parameter(weight), samples);
    }
}
