package dev.ideal4j.core.grad;

import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.ops.Normalization;

/** Differentiable {@link Normalization}. */
public final class NormalizationFunctions {
    private NormalizationFunctions() {}

    /** LayerNorm of each row of {@code (r, c)} with {@code gamma}, {@code beta} of {@code (c)}. */
    public static Variable layerNorm(Variable x, Variable gamma, Variable beta, float eps) {
        Variable result = x.tape().result(x.shape(), x, gamma, beta);
        Normalization normalization = x.backend().normalization();
        normalization.layerNorm(x.value(), gamma.value(), beta.value(), eps, result.value());
        result.onBackward((dOut, targets) -> {
            Tensor dx = targets.of(x);
            Tensor dGamma = targets.of(gamma);
            Tensor dBeta = targets.of(beta);
            normalization.layerNormGradient(x.value(), gamma.value(), eps, dOut, dx, dGamma, dBeta);
        });
        return result;
    }

    /** {@code x / max(‖x‖, eps)} for each row of {@code (r, c)}. */
    public static Variable l2(Variable x, float eps) {
        Variable result = x.tape().result(x.shape(), x);
        Normalization normalization = x.backend().normalization();
        normalization.l2(x.value(), eps, result.value());
        result.onBackward((dOut, targets) -> {
            Tensor dx = targets.of(x);
            if (dx != null) {
                normalization.l2Gradient(x.value(), eps, dOut, dx);
            }
        });
        return result;
    }
}
