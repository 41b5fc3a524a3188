package dev.ideal4j.core.grad;

import dev.ideal4j.core.Backend;
import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Shape;
import dev.ideal4j.core.Tensor;
import java.util.function.BiConsumer;

/** A tensor on a {@link Tape}, either given or computed from other variables. */
public final class Variable {
    /** Propagates the gradient of a result to the inputs. */
    @FunctionalInterface
    interface Backward {
        void run(Tensor dOut, GradientTargets targets);
    }

    private final Tape tape;
    private final Tensor value;
    private final boolean needsGradient;
    /** Owns the value of a computed variable; null for given variables and for views. */
    private final Scope memory;

    private Scope gradientMemory;
    private Tensor gradient;
    private Backward backward;

    Variable(Tape tape, Tensor value, boolean needsGradient, Scope memory) {
        this.tape = tape;
        this.value = value;
        this.needsGradient = needsGradient;
        this.memory = memory;
    }

    /** The elements. {@link Tape#backward} and {@link Tape#close} free the elements of computed variables. */
    public Tensor value() {
        return value;
    }

    /** Axis lengths. */
    public Shape shape() {
        return value.shape();
    }

    /** The tape of this variable. */
    public Tape tape() {
        return tape;
    }

    /** Whether this variable depends on a parameter that needs a gradient. */
    public boolean needsGradient() {
        return needsGradient;
    }

    /** Returns the only element. Waits for the device. */
    public float scalar() {
        return value.reshape(1).toArray()[0];
    }

    Backend backend() {
        return tape.backend();
    }

    void onBackward(Backward step) {
        backward = step;
    }

    /**
     * Sets the backward step of a function of one input.
     *
     * @param step takes the gradient of this variable and writes that of the input; not run if the input needs none
     */
    void onBackward(Variable input, BiConsumer<Tensor, Tensor> step) {
        onBackward((dOut, targets) -> targets.to(input, d -> step.accept(dOut, d)));
    }

    /** Allocates memory that the backward step of a computed variable needs. It is freed together with the value. */
    Tensor allocateSaved(Shape shape) {
        return memory.allocate(shape);
    }

    /** The gradient accumulated so far, or null. */
    Tensor gradient() {
        return gradient;
    }

    /** Returns the gradient for writing or adding. It is initially zero. */
    Tensor ensureGradient() {
        if (gradient == null) {
            gradientMemory = backend().scope();
            gradient = gradientMemory.allocate(value.shape());
        }
        return gradient;
    }

    void runBackward() {
        if (backward != null && gradient != null) {
            try (GradientTargets targets = new GradientTargets(backend())) {
                backward.run(gradient, targets);
            }
        }
    }

    void freeValue() {
        backward = null;
        if (memory != null) {
            memory.close();
        }
    }

    void freeGradient() {
        if (gradientMemory != null) {
            gradientMemory.close();
            gradientMemory = null;
            gradient = null;
        }
    }
}
