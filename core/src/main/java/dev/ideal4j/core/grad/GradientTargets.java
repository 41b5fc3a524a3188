package dev.ideal4j.core.grad;

import dev.ideal4j.core.Backend;
import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * Where one step of the backward pass writes its inputs' gradients. The first gradient of an input is written in place;
 * later ones go through a temporary that is added on close, so that gradient operations only ever need to write.
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

    /** A tensor of zeros, of the input's shape, for its gradient, or null when it needs none. Once per input and step. */
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

    /** Memory for this step alone. */
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
