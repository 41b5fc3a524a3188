package dev.ideal4j.core.ops;

import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.Tensor;
import org.jspecify.annotations.Nullable;

/** Batch normalisation of columns. */
public final class BatchNorm {
    private final Implementation implementation;

    /** The operations as a backend computes them. */
    public BatchNorm(Implementation implementation) {
        this.implementation = implementation;
    }

    /**
     * Batch normalisation in training (Ioffe and Szegedy 2015). Each column is normalised by its mean and its biased
     * variance. The running statistics are updated towards the mean and the unbiased variance by {@code momentum}, like
     * in PyTorch.
     *
     * @param x {@code (r, c)}, r ≥ 2
     * @param gamma {@code (c)}
     * @param beta {@code (c)}
     * @param momentum share of the new statistics, 0 to 1
     * @param runningMean {@code (c)}, updated
     * @param runningVariance {@code (c)}, updated
     * @param out {@code (r, c)}; may be {@code x}
     */
    public void training(
            Tensor x,
            Tensor gamma,
            Tensor beta,
            float eps,
            float momentum,
            Tensor runningMean,
            Tensor runningVariance,
            Tensor out) {
        checkFixed(x, gamma, beta, runningMean, runningVariance, out);
        Checks.range("rows of x", x.shape().rows(), 2, Integer.MAX_VALUE);
        if (!(momentum >= 0 && momentum <= 1)) {
            throw new InvalidInputException("momentum", Float.toString(momentum), "0 to 1");
        }
        Checks.apart("running statistics", new Tensor[] {runningMean, runningVariance}, x, gamma, beta, out);
        implementation.training(x, gamma, beta, eps, momentum, runningMean, runningVariance, out);
    }

    /**
     * Gradients of {@link #training}, written, given the gradient of its result. Each may be null if it is not needed.
     *
     * @param x {@code (r, c)}, the input of the forward pass
     * @param dOut {@code (r, c)}
     * @param dx {@code (r, c)}; may be {@code dOut}
     * @param dGamma {@code (c)}
     * @param dBeta {@code (c)}
     */
    public void trainingGradient(
            Tensor x,
            Tensor gamma,
            float eps,
            Tensor dOut,
            @Nullable Tensor dx,
            @Nullable Tensor dGamma,
            @Nullable Tensor dBeta) {
        Checks.range("rows of x", x.shape().rows(), 2, Integer.MAX_VALUE);
        Normalization.checkLayerNormGradient(x, gamma, dOut, dx, dGamma, dBeta);
        implementation.fixedGradient(x, gamma, null, null, eps, dOut, dx, dGamma, dBeta);
    }

    /**
     * Batch normalisation with given statistics: {@code (x − mean) / √(variance + eps) · gamma + beta}.
     *
     * @param x {@code (r, c)}
     * @param gamma {@code (c)}
     * @param beta {@code (c)}
     * @param mean {@code (c)}
     * @param variance {@code (c)}
     * @param out {@code (r, c)}; may be {@code x}
     */
    public void fixed(Tensor x, Tensor gamma, Tensor beta, Tensor mean, Tensor variance, float eps, Tensor out) {
        checkFixed(x, gamma, beta, mean, variance, out);
        implementation.fixed(x, gamma, beta, mean, variance, eps, out);
    }

    /**
     * Gradients of {@link #fixed}, written, given the gradient of its result. Each may be null if it is not needed.
     *
     * @param x {@code (r, c)}, the input of the forward pass
     * @param dOut {@code (r, c)}
     * @param dx {@code (r, c)}; may be {@code dOut}
     * @param dGamma {@code (c)}
     * @param dBeta {@code (c)}
     */
    public void fixedGradient(
            Tensor x,
            Tensor gamma,
            Tensor mean,
            Tensor variance,
            float eps,
            Tensor dOut,
            @Nullable Tensor dx,
            @Nullable Tensor dGamma,
            @Nullable Tensor dBeta) {
        Normalization.checkLayerNormGradient(x, gamma, dOut, dx, dGamma, dBeta);
        Checks.shape("mean", mean.shape(), x.shape().last());
        Checks.shape("variance", variance.shape(), x.shape().last());
        Checks.apart("gradients", new Tensor[] {dx, dGamma, dBeta}, mean, variance);
        implementation.fixedGradient(x, gamma, mean, variance, eps, dOut, dx, dGamma, dBeta);
    }

    /** Checks for {@link #fixed}. */
    private static void checkFixed(Tensor x, Tensor gamma, Tensor beta, Tensor mean, Tensor variance, Tensor out) {
        Normalization.checkLayerNorm(x, gamma, beta, out);
        Checks.shape("mean", mean.shape(), x.shape().last());
        Checks.shape("variance", variance.shape(), x.shape().last());
        Checks.separate("out", out, mean);
        Checks.separate("out", out, variance);
    }

    /** The same operations as a backend computes them; the arguments have been checked. */
    public interface Implementation {
        void training(
                Tensor x,
                Tensor gamma,
                Tensor beta,
                float eps,
                float momentum,
                Tensor runningMean,
                Tensor runningVariance,
                Tensor out);

        void fixed(Tensor x, Tensor gamma, Tensor beta, Tensor mean, Tensor variance, float eps, Tensor out);

        /** Statistics that are null are those of the batch. */
        void fixedGradient(
                Tensor x,
                Tensor gamma,
                @Nullable Tensor mean,
                @Nullable Tensor variance,
                float eps,
                Tensor dOut,
                @Nullable Tensor dx,
                @Nullable Tensor dGamma,
                @Nullable Tensor dBeta);
    }
}
