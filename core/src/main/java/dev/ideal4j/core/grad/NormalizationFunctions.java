package dev.ideal4j.core.grad;

import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.ops.BatchNorm;
import dev.ideal4j.core.ops.Normalization;

/** Differentiable {@link Normalization} and {@link BatchNorm}. */
public final class NormalizationFunctions {
    private NormalizationFunctions() {}

    /** Applies LayerNorm to each row of {@code (r, c)}, with {@code gamma (c)} and {@code beta (c)}. */
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

    /** Returns {@code x / max(‖x‖, eps)} for each row of {@code (r, c)}. */
    public static Variable l2(Variable x, float eps) {
        Variable result = x.tape().result(x.shape(), x);
        Normalization normalization = x.backend().normalization();
        normalization.l2(x.value(), eps, result.value());
        result.onBackward(x, (dOut, dx) -> normalization.l2Gradient(x.value(), eps, dOut, dx));
        return result;
    }

    /**
     * Applies batch normalisation to the columns of {@code (r, c)} with the statistics of the batch.
     *
     * @param runningMean {@code (c)}, updated towards the mean by {@code momentum}
     * @param runningVariance {@code (c)}, updated towards the variance by {@code momentum}
     */
    public static Variable batchNorm(
            Variable x,
            Variable gamma,
            Variable beta,
            float eps,
            float momentum,
            Tensor runningMean,
            Tensor runningVariance) {
        Variable result = x.tape().result(x.shape(), x, gamma, beta);
        BatchNorm batchNorm = x.backend().batchNorm();
        batchNorm.training(
                x.value(), gamma.value(), beta.value(), eps, momentum, runningMean, runningVariance, result.value());
        result.onBackward((dOut, targets) -> {
            Tensor dx = targets.of(x);
            Tensor dGamma = targets.of(gamma);
            Tensor dBeta = targets.of(beta);
            batchNorm.trainingGradient(x.value(), gamma.value(), eps, dOut, dx, dGamma, dBeta);
        });
        return result;
    }

    /**
     * Applies batch normalisation to the columns of {@code (r, c)} with given statistics {@code (c)}, which get no
     * gradient.
     */
    public static Variable fixedBatchNorm(
            Variable x, Variable gamma, Variable beta, float eps, Tensor mean, Tensor variance) {
        Variable result = x.tape().result(x.shape(), x, gamma, beta);
        BatchNorm batchNorm = x.backend().batchNorm();
        batchNorm.fixed(x.value(), gamma.value(), beta.value(), mean, variance, eps, result.value());
        result.onBackward((dOut, targets) -> {
            Tensor dx = targets.of(x);
            Tensor dGamma = targets.of(gamma);
            Tensor dBeta = targets.of(beta);
            batchNorm.fixedGradient(x.value(), gamma.value(), mean, variance, eps, dOut, dx, dGamma, dBeta);
        });
        return result;
    }
}
