package dev.ideal4j.core.grad;

import dev.ideal4j.core.Backend;
import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Shape;
import dev.ideal4j.core.Tensor;

/** A tensor on a {@link Tape}: given, or computed from others. */
public final class Variable {
    /** Carries a result's gradient on to the inputs. */
    @FunctionalInterface
    interface Backward {
        void run(Tensor dOut, GradientTargets targets);
    }

    private final Tape tape;
    private final Tensor value;
    private final boolean needsGradient;
    /** Owns the value of a computed variable; null for given ones, and for views of another's value. */
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

    /** The elements. Those of computed variables are freed by {@link Tape#backward} and {@link Tape#close}. */
    public Tensor value() {
        return value;
    }

    /** Axis lengths. */
    public Shape shape() {
        return value.shape();
    }

    /** The tape this belongs to. */
    public Tape tape() {
        return tape;
    }

    /** Whether a parameter is among what this was computed from. */
    public boolean needsGradient() {
        return needsGradient;
    }

    /** The only element. Waits for the device. */
    public float scalar() {
        return value.reshape(1).toArray()[0];
    }

    Backend backend() {
        return tape.backend();
    }

    void onBackward(Backward step) {
        backward = step;
    }

    /** Memory that the backward step of a computed variable needs, freed with its value. */
    Tensor allocateSaved(Shape shape) {
        return memory.allocate(shape);
    }

    /** The gradient gathered so far, or null. */
    Tensor gradient() {
        return gradient;
    }

    /** The gradient to add to or write to; zeros at first. */
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
