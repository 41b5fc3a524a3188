package dev.ideal4j.core.grad;

import dev.ideal4j.core.Indices;
import dev.ideal4j.core.Shape;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.ops.Losses;

/** Differentiable {@link Losses}: each a single number. */
public final class LossFunctions {
    private LossFunctions() {}

    /** Writes a loss and the gradient of what it is taken of. */
    @FunctionalInterface
    private interface Computation {
        void run(Losses losses, Tensor loss, Tensor gradient);
    }

    /** Mean cross-entropy of {@code logits (b, k)} with {@code labels (b)}. */
    public static Variable crossEntropy(Variable logits, Indices labels) {
        return loss(logits, (losses, loss, d) -> losses.crossEntropy(logits.value(), labels, loss, d));
    }

    /** Mean sigmoid focal loss; {@code targets} as {@code logits}. */
    public static Variable focal(Variable logits, Tensor targets, float alpha, float gamma) {
        return loss(logits, (losses, loss, d) -> losses.focal(logits.value(), targets, alpha, gamma, loss, d));
    }

    /** Dice loss of {@code (b, channels, pixels)}. */
    public static Variable dice(Variable logits, Tensor targets) {
        return loss(logits, (losses, loss, d) -> losses.dice(logits.value(), targets, loss, d));
    }

    /** Gather loss of IDEAL: {@code residuals (b, n, c)}, {@code weights (b, n)}, {@code vectors (b, m, c)}. */
    public static Variable gather(Tensor residuals, Tensor weights, Variable vectors) {
        return loss(vectors, (losses, loss, d) -> losses.gather(residuals, weights, vectors.value(), loss, d));
    }

    /** Orthogonality loss of IDEAL: {@code vectors (b, m, c)}. */
    public static Variable orthogonality(Variable vectors) {
        return loss(vectors, (losses, loss, d) -> losses.orthogonality(vectors.value(), loss, d));
    }

    /** The gradient comes with the loss, is kept until the backward pass, and scaled by the loss's own gradient then. */
    private static Variable loss(Variable of, Computation computation) {
        Variable result = of.tape().result(Shape.of(1), of);
        Tensor gradient = result.allocateSaved(of.shape());
        computation.run(of.backend().losses(), result.value(), gradient);
        result.onBackward((dOut, targets) -> {
            Tensor d = targets.of(of);
            if (d != null) {
                of.backend().activations().add(d, dOut.toArray()[0], gradient, d);
            }
        });
        return result;
    }
}
