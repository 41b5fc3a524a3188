package dev.ideal4j.core.grad;

import dev.ideal4j.core.Backend;
import dev.ideal4j.core.Indices;
import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Shape;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.ops.Losses;
import java.util.Arrays;

/** Differentiable {@link Losses}. Each loss is a single number. */
public final class LossFunctions {
    private LossFunctions() {}

    /** Writes a loss and the gradient of its input. */
    @FunctionalInterface
    private interface Computation {
        void run(Losses losses, Tensor loss, Tensor gradient);
    }

    /** Returns the mean cross-entropy of {@code logits (b, k)} with {@code labels (b)}. */
    public static Variable crossEntropy(Variable logits, Indices labels) {
        return loss(logits, (losses, loss, d) -> losses.crossEntropy(logits.value(), labels, loss, d));
    }

    /** Returns the mean sigmoid focal loss. The {@code targets} have the shape of the {@code logits}. */
    public static Variable focal(Variable logits, Tensor targets, float alpha, float gamma) {
        return loss(logits, (losses, loss, d) -> losses.focal(logits.value(), targets, alpha, gamma, loss, d));
    }

    /**
     * Returns the mean focal loss of two-channel {@code probabilities (b, 2, n)}. The {@code targets (b, n)} are 0 or
     * 1.
     */
    public static Variable probabilityFocal(Variable probabilities, Tensor targets, float gamma, float smoothing) {
        return loss(
                probabilities,
                (losses, loss, d) ->
                        losses.probabilityFocal(probabilities.value(), targets, gamma, smoothing, loss, d));
    }

    /**
     * Returns the dice loss of the second channel a of two-channel {@code probabilities (b, 2, n)}: {@code 1 − mean_b
     * (2 Σ a t + 1) / (Σ a + Σ t + 1)}. The {@code targets (b, n)} are 0 or 1.
     */
    public static Variable probabilityDice(Variable probabilities, Tensor targets) {
        return loss(probabilities, (losses, loss, d) -> probabilityDice(probabilities.value(), targets, loss, d));
    }

    private static void probabilityDice(Tensor probabilities, Tensor targets, Tensor loss, Tensor gradient) {
        Backend backend = probabilities.backend();
        int samples = targets.shape().axis(0);
        int pixels = targets.shape().axis(1);
        try (Scope scope = backend.scope()) {
            float[] filled = new float[pixels];
            Arrays.fill(filled, 1);
            Tensor ones = scope.upload(filled, 1, pixels);
            Tensor marked = targets.reshape(samples, 1, pixels);
            float[] both = rowProducts(probabilities, marked, scope);
            float[] found = rowProducts(probabilities, ones, scope);
            float[] actual = rowProducts(marked, ones, scope);
            Tensor dRows = gradient.reshape(2 * samples, pixels);
            backend.copy(scope.allocate(gradient.shape()), gradient);
            double sum = 0;
            for (int sample = 0; sample < samples; sample++) {
                double above = 2.0 * both[2 * sample + 1] + 1;
                double below = (double) found[2 * sample + 1] + actual[sample] + 1;
                sum += above / below / samples;
                Tensor dAbnormal = dRows.slice(2 * sample + 1, 1);
                float ofTarget = (float) (-2 / below / samples);
                float ofAll = (float) (above / below / below / samples);
                backend.activations().add(dAbnormal, ofTarget, targets.slice(sample, 1), dAbnormal);
                backend.activations().add(dAbnormal, ofAll, ones, dAbnormal);
            }
            loss.write(new float[] {(float) (1 - sum)});
        }
    }

    /**
     * Returns the dot product of each row of {@code (b, m, n)} with the single row of {@code (b, 1, n)} or {@code (1,
     * n)}.
     */
    private static float[] rowProducts(Tensor rows, Tensor with, Scope scope) {
        Tensor products = scope.allocate(rows.shape().axis(0), rows.shape().axis(1), 1);
        rows.backend().products().multiplyTransposed(rows, with, products);
        return products.toArray();
    }

    /**
     * Returns the gather loss of IDEAL: {@code residuals (b, n, c)}, {@code weights (b, n)}, {@code vectors (b, m,
     * c)}.
     */
    public static Variable gather(Tensor residuals, Tensor weights, Variable vectors) {
        return loss(vectors, (losses, loss, d) -> losses.gather(residuals, weights, vectors.value(), loss, d));
    }

    /** Returns the orthogonality loss of IDEAL: {@code vectors (b, m, c)}. */
    public static Variable orthogonality(Variable vectors) {
        return loss(vectors, (losses, loss, d) -> losses.orthogonality(vectors.value(), loss, d));
    }

    /**
     * Computes the gradient together with the loss and keeps it until the backward pass, which scales it by the
     * gradient of the loss.
     */
    private static Variable loss(Variable of, Computation computation) {
        Variable result = of.tape().result(Shape.of(1), of);
        Tensor gradient = result.allocateSaved(of.shape());
        computation.run(of.backend().losses(), result.value(), gradient);
        result.onBackward(of, (dOut, d) -> of.backend().activations().add(d, dOut.toArray()[0], gradient, d));
        return result;
    }
}
