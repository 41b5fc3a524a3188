package dev.ideal4j.core.grad;

import dev.ideal4j.core.Shape;
import dev.ideal4j.core.Tensor;

/** A named tensor that training changes in place. Lives in the scope its tensor was allocated in. */
public final class Parameter {
    private final String name;
    private final Tensor value;

    /**
     * @param name as in checkpoints
     * @param value its elements; changed by optimisers
     */
    public Parameter(String name, Tensor value) {
        this.name = name;
        this.value = value;
    }

    /** Name as in checkpoints. */
    public String name() {
        return name;
    }

    /** The elements; changed by optimisers. */
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
