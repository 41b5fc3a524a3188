package dev.ideal4j.core.grad;

import dev.ideal4j.core.Shape;
import dev.ideal4j.core.Tensor;

/** A named tensor that training changes in place. It is valid as long as the scope of its tensor is open. */
public final class Parameter {
    private final String name;
    private final Tensor value;

    /**
     * @param name name in checkpoints
     * @param value the elements; optimisers change them
     */
    public Parameter(String name, Tensor value) {
        this.name = name;
        this.value = value;
    }

    /** The name in checkpoints. */
    public String name() {
        return name;
    }

    /** The elements. Optimisers change them. */
    public Tensor value() {
        return value;
    }

    /** Axis lengths. */
    public Shape shape() {
        return value.shape();
    }

    @Override
    public String toString() {
        return name + shape();
    }
}
