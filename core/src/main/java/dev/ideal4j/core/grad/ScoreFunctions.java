package dev.ideal4j.core.grad;

import dev.ideal4j.core.Shape;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.ops.Deviations;
import dev.ideal4j.core.ops.Reductions;
import dev.ideal4j.core.ops.Resampling;

/**
 * Differentiable steps from deviation vectors to scores; see {@link Deviations} and {@link Reductions}. The upsampling
 * of maps ({@link Resampling}) is part of {@link MapLossFunctions}.
 */
public final class ScoreFunctions {
    private ScoreFunctions() {}

    /**
     * Returns the deviation distance of residuals to the vectors. Only the vectors get a gradient.
     *
     * @param residual {@code (b, n, c)}
     * @param vectors {@code (b, m, c)}
     * @return {@code (b, n)}
     */
    public static Variable distance(Tensor residual, Variable vectors) {
        Shape shape = Shape.of(residual.shape().axis(0), residual.shape().axis(1));
        Variable result = vectors.tape().result(shape, vectors);
        Deviations deviations = vectors.backend().deviations();
        deviations.distance(residual, vectors.value(), result.value());
        result.onBackward(
                vectors, (dOut, dVectors) -> deviations.distanceGradient(residual, vectors.value(), dOut, dVectors));
        return result;
    }

    /** Returns the mean of the k largest elements of each row of {@code (r, c)}. */
    public static Variable topMean(Variable x, int k) {
        Variable result = x.tape().result(Shape.of(x.shape().rows()), x);
        Reductions reductions = x.backend().reductions();
        reductions.topMean(x.value(), k, result.value());
        result.onBackward(x, (dOut, dx) -> reductions.topMeanGradient(x.value(), k, dOut, dx));
        return result;
    }
}
