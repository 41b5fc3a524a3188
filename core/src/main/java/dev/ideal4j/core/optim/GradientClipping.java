package dev.ideal4j.core.optim;

import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.grad.Parameter;
import dev.ideal4j.core.grad.Tape;
import java.util.Collection;

/** Clips gradients by their total norm. */
public final class GradientClipping {
    private GradientClipping() {}

    /**
     * Scales all gradients so that their norm together is at most {@code limit}; as PyTorch's {@code clip_grad_norm_},
     * by {@code limit / (norm + 1e-6)} when that is below 1.
     *
     * @return the norm before
     */
    public static double byNorm(Collection<Parameter> parameters, Tape tape, double limit) {
        double squares = 0;
        try (Scope scope = tape.backend().scope()) {
            Tensor norm = scope.allocate(1);
            for (Parameter parameter : parameters) {
                Tensor gradient = tape.gradient(parameter);
                if (gradient != null) {
                    tape.backend().reductions().norm(flat(gradient), norm);
                    double value = norm.toArray()[0];
                    squares += value * value;
                }
            }
        }
        double total = Math.sqrt(squares);
        float factor = (float) (limit / (total + 1e-6));
        if (factor < 1) {
            for (Parameter parameter : parameters) {
                Tensor gradient = tape.gradient(parameter);
                if (gradient != null) {
                    scale(gradient, factor);
                }
            }
        }
        return total;
    }

    private static void scale(Tensor gradient, float factor) {
        try (Scope scope = gradient.backend().scope()) {
            Tensor scaled = scope.allocate(gradient.shape());
            gradient.backend().activations().add(scaled, factor, gradient, scaled);
            gradient.backend().copy(scaled, gradient);
        }
    }

    private static Tensor flat(Tensor tensor) {
        return tensor.reshape(1, Math.toIntExact(tensor.shape().size()));
    }
}
