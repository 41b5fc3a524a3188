package dev.ideal4j.core.ops;

import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.Tensor;
import org.jspecify.annotations.Nullable;

/** Optimiser steps that update a parameter in place. */
public final class Updates {
    private final Implementation implementation;

    /** The operations as a backend computes them. */
    public Updates(Implementation implementation) {
        this.implementation = implementation;
    }

    /**
     * Settings of Adam and its variants.
     *
     * @param beta1 decay of the first moment
     * @param beta2 decay of the second moment
     * @param eps added to the denominator
     * @param weightDecay factor of the parameter that is subtracted, times the learning rate (decoupled), or added to
     *     the gradient
     * @param decoupled AdamW's decay instead of Adam's
     * @param amsgrad divide by the largest second moment so far, taken before bias correction
     */
    public record Adam(
            double beta1, double beta2, double eps, double weightDecay, boolean decoupled, boolean amsgrad) {}

    /**
     * One Adam step k ≥ 1: {@code m = β₁m + (1 − β₁)g}, {@code v = β₂v + (1 − β₂)g²}, {@code v̂ = max(v̂, v)} with AMSGrad,
     * {@code p −= rate/(1 − β₁ᵏ) · m / (√v̂/√(1 − β₂ᵏ) + eps)}; decoupled decay first: {@code p −= rate·decay·p}.
     *
     * @param parameter p, updated
     * @param gradient g, of the same size
     * @param first m, updated
     * @param second v, updated
     * @param largest v̂, updated; null without AMSGrad
     * @param step k, counted from 1
     * @param rate learning rate of this step
     * @param settings the other settings
     * @param clip least divisor of the step by the root mean square of {@code g/denominator} over the tensor
     *     (StableAdamW); 0 for no clipping
     */
    public void adam(
            Tensor parameter,
            Tensor gradient,
            Tensor first,
            Tensor second,
            @Nullable Tensor largest,
            int step,
            double rate,
            Adam settings,
            float clip) {
        int[] lengths = parameter.shape().toArray();
        Checks.shape("gradient", gradient.shape(), lengths);
        Checks.shape("first moment", first.shape(), lengths);
        Checks.shape("second moment", second.shape(), lengths);
        if (settings.amsgrad()) {
            if (largest == null) {
                throw new InvalidInputException("largest second moment", "none", "one with AMSGrad");
            }
            Checks.shape("largest second moment", largest.shape(), lengths);
        }
        Checks.apart("parameter and moments", new Tensor[] {parameter, first, second, largest}, gradient);
        Checks.range("step", step, 1, Integer.MAX_VALUE);
        implementation.adam(parameter, gradient, first, second, largest, step, rate, settings, clip);
    }

    /** The same operations as a backend computes them; the arguments have been checked. */
    public interface Implementation {
        void adam(
                Tensor parameter,
                Tensor gradient,
                Tensor first,
                Tensor second,
                @Nullable Tensor largest,
                int step,
                double rate,
                Adam settings,
                float clip);
    }
}
