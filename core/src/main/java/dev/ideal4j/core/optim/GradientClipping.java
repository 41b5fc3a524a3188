package dev.ideal4j.core.optim;

import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.grad.Parameter;
import dev.ideal4j.core.grad.Tape;
import java.util.Collection;
import java.util.List;
import java.util.Objects;

/** Clips gradients by their total norm. */
public final class GradientClipping {
    private GradientClipping() {}

    /**
     * Scales all gradients so that their total norm is at most {@code limit}. Like PyTorch's {@code clip_grad_norm_},
     * the factor is {@code limit / (norm + 1e-6)} if this is below 1, otherwise 1.
     *
     * @return the total norm before scaling
     */
    public static double byNorm(Collection<Parameter> parameters, Tape tape, double limit) {
        List<Tensor> gradients =
                parameters.stream().map(tape::gradient).filter(Objects::nonNull).toList();
        double squares = 0;
        try (Scope scope = tape.backend().scope()) {
            Tensor norms = scope.allocate(gradients.size());
            for (int i = 0; i < gradients.size(); i++) {
                tape.backend().reductions().norm(flat(gradients.get(i)), norms.slice(i, 1));
            }
            for (float norm : norms.toArray()) { // this is the only wait for the device
                squares += (double) norm * norm;
            }
        }
        double total = Math.sqrt(squares);
        float factor = (float) (limit / (total + 1e-6));
        if (factor < 1) {
            gradients.forEach(gradient -> tape.backend().activations().scale(gradient, factor, gradient));
        }
        return total;
    }

    private static Tensor flat(Tensor tensor) {
        return tensor.reshape(1, Math.toIntExact(tensor.shape().size()));
    }
}
