package dev.ideal4j.core.grad;

import dev.ideal4j.core.Backend;
import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The tensors to which one step of the backward pass writes the gradients of its inputs. The first gradient of an input
 * is written in place. Later ones are written to a temporary tensor that is added on close. Gradient operations
 * therefore never need to accumulate.
 */
final class GradientTargets implements AutoCloseable {
    private record Sum(Tensor gradient, Tensor addend) {}

    private final Backend backend;
    private final Scope temporaries;
    private final List<Sum> sums = new ArrayList<>();

    GradientTargets(Backend backend) {
        this.backend = backend;
        this.temporaries = backend.scope();
    }

    /**
     * Returns a tensor of zeros for the gradient of an input, in the input's shape; null if the input needs no
     * gradient. May be called once per input and step.
     */
    Tensor of(Variable input) {
        if (!input.needsGradient()) {
            return null;
        }
        if (input.gradient() == null) {
            return input.ensureGradient();
        }
        Tensor addend = temporaries.allocate(input.shape());
        sums.add(new Sum(input.gradient(), addend));
        return addend;
    }

    /**
     * Writes the gradient of an input unless the input needs none.
     *
     * @param input null if the function has no such input
     * @param step takes the tensor of {@link #of}
     */
    void to(@Nullable Variable input, Consumer<Tensor> step) {
        Tensor gradient = input == null ? null : of(input);
        if (gradient != null) {
            step.accept(gradient);
        }
    }

    /** Temporary memory of this step. */
    Scope temporaries() {
        return temporaries;
    }

    @Override
    public void close() {
        try (temporaries) {
            for (Sum sum : sums) {
                backend.activations().add(sum.gradient, 1, sum.addend, sum.gradient);
            }
        }
    }
}
