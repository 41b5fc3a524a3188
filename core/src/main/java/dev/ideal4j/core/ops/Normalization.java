package dev.ideal4j.core.ops;

import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.Tensor;

/** Normalisations of rows. */
public interface Normalization {
    /**
     * {@code (x − mean) / √(variance + eps) · gamma + beta} over each row, with the biased variance.
     *
     * @param x {@code (r, c)}
     * @param gamma {@code (c)}
     * @param beta {@code (c)}
     * @param out {@code (r, c)}; may be {@code x}
     */
    void layerNorm(Tensor x, Tensor gamma, Tensor beta, float eps, Tensor out);

    /**
     * {@code x / max(‖x‖, eps)} for each row.
     *
     * @param x {@code (r, c)}
     * @param out {@code (r, c)}; may be {@code x}
     */
    void l2(Tensor x, float eps, Tensor out);

    /**
     * Gradients of {@link #layerNorm}, written, given that of its result. Each may be null: not wanted.
     *
     * @param x {@code (r, c)}, the input of the forward pass
     * @param dOut {@code (r, c)}
     * @param dx {@code (r, c)}; may be {@code dOut}
     * @param dGamma {@code (c)}, summed over rows
     * @param dBeta {@code (c)}, summed over rows
     */
    void layerNormGradient(Tensor x, Tensor gamma, float eps, Tensor dOut, Tensor dx, Tensor dGamma, Tensor dBeta);

    /**
     * Gradient of {@link #l2}, written; a row whose norm was cut at {@code eps} passes {@code dOut / eps}.
     *
     * @param x {@code (r, c)}, the input of the forward pass
     * @param dOut {@code (r, c)}
     * @param dx {@code (r, c)}; may be {@code dOut}
     */
    void l2Gradient(Tensor x, float eps, Tensor dOut, Tensor dx);

    /**
     * Batch normalisation in training (Ioffe and Szegedy 2015): each column by its own mean and biased variance, and the
     * running statistics moved towards those by {@code momentum}, the variance as its unbiased estimate, as PyTorch does.
     *
     * @param x {@code (r, c)}, r ≥ 2
     * @param gamma {@code (c)}
     * @param beta {@code (c)}
     * @param momentum share of the new statistics, 0 to 1
     * @param runningMean {@code (c)}, updated
     * @param runningVariance {@code (c)}, updated
     * @param out {@code (r, c)}; may be {@code x}
     */
    void batchNorm(
            Tensor x,
            Tensor gamma,
            Tensor beta,
            float eps,
            float momentum,
            Tensor runningMean,
            Tensor runningVariance,
            Tensor out);

    /**
     * Gradients of {@link #batchNorm}, written, given that of its result. Each may be null: not wanted.
     *
     * @param x {@code (r, c)}, the input of the forward pass
     * @param dOut {@code (r, c)}
     * @param dx {@code (r, c)}; may be {@code dOut}
     * @param dGamma {@code (c)}
     * @param dBeta {@code (c)}
     */
    void batchNormGradient(Tensor x, Tensor gamma, float eps, Tensor dOut, Tensor dx, Tensor dGamma, Tensor dBeta);

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
    void fixedBatchNorm(Tensor x, Tensor gamma, Tensor beta, Tensor mean, Tensor variance, float eps, Tensor out);

    /**
     * Gradients of {@link #fixedBatchNorm}, written, given that of its result. Each may be null: not wanted.
     *
     * @param x {@code (r, c)}, the input of the forward pass
     * @param dOut {@code (r, c)}
     * @param dx {@code (r, c)}; may be {@code dOut}
     * @param dGamma {@code (c)}
     * @param dBeta {@code (c)}
     */
    void fixedBatchNormGradient(
            Tensor x,
            Tensor gamma,
            Tensor mean,
            Tensor variance,
            float eps,
            Tensor dOut,
            Tensor dx,
            Tensor dGamma,
            Tensor dBeta);

    /** Checks for {@link #batchNorm}. */
    static void checkBatchNorm(
            Tensor x,
            Tensor gamma,
            Tensor beta,
            float momentum,
            Tensor runningMean,
            Tensor runningVariance,
            Tensor out) {
        checkFixedBatchNorm(x, gamma, beta, runningMean, runningVariance, out);
        Checks.range("rows of x", x.shape().rows(), 2, Integer.MAX_VALUE);
        if (!(momentum >= 0 && momentum <= 1)) {
            throw new InvalidInputException("momentum", Float.toString(momentum), "0 to 1");
        }
        Checks.apart("running statistics", new Tensor[] {runningMean, runningVariance}, x, gamma, beta, out);
    }

    /** Checks for {@link #fixedBatchNorm}. */
    static void checkFixedBatchNorm(Tensor x, Tensor gamma, Tensor beta, Tensor mean, Tensor variance, Tensor out) {
        checkLayerNorm(x, gamma, beta, out);
        Checks.shape("mean", mean.shape(), x.shape().last());
        Checks.shape("variance", variance.shape(), x.shape().last());
        Checks.separate("out", out, mean);
        Checks.separate("out", out, variance);
    }

    /** Checks for {@link #batchNormGradient}. */
    static void checkBatchNormGradient(Tensor x, Tensor gamma, Tensor dOut, Tensor dx, Tensor dGamma, Tensor dBeta) {
        Checks.range("rows of x", x.shape().rows(), 2, Integer.MAX_VALUE);
        checkLayerNormGradient(x, gamma, dOut, dx, dGamma, dBeta);
    }

    /** Checks for {@link #fixedBatchNormGradient}. */
    static void checkFixedBatchNormGradient(
            Tensor x, Tensor gamma, Tensor mean, Tensor variance, Tensor dOut, Tensor dx, Tensor dGamma, Tensor dBeta) {
        checkLayerNormGradient(x, gamma, dOut, dx, dGamma, dBeta);
        Checks.shape("mean", mean.shape(), x.shape().last());
        Checks.shape("variance", variance.shape(), x.shape().last());
        Checks.apart("gradients", new Tensor[] {dx, dGamma, dBeta}, mean, variance);
    }

    /** Checks for {@link #layerNorm}. */
    static void checkLayerNorm(Tensor x, Tensor gamma, Tensor beta, Tensor out) {
        Checks.shape("gamma", gamma.shape(), x.shape().last());
        Checks.shape("beta", beta.shape(), x.shape().last());
        Checks.separate("out", out, gamma);
        Checks.separate("out", out, beta);
        checkL2(x, out);
    }

    /** Checks for {@link #l2}. */
    static void checkL2(Tensor x, Tensor out) {
        Checks.rows("out", out.shape(), x.shape().rows(), x.shape().last());
        Checks.separateOrSame("out", out, x);
    }

    /** Checks for {@link #layerNormGradient}. */
    static void checkLayerNormGradient(Tensor x, Tensor gamma, Tensor dOut, Tensor dx, Tensor dGamma, Tensor dBeta) {
        Checks.shape("gamma", gamma.shape(), x.shape().last());
        Checks.gradient("dGamma", dGamma, gamma, dOut);
        Checks.gradient("dBeta", dBeta, gamma, dOut);
        checkL2Gradient(x, dOut, dx);
        Checks.apart("gradients", new Tensor[] {dx, dGamma, dBeta}, x, gamma);
    }

    /** Checks for {@link #l2Gradient}. */
    static void checkL2Gradient(Tensor x, Tensor dOut, Tensor dx) {
        Checks.rows("dOut", dOut.shape(), x.shape().rows(), x.shape().last());
        if (dx != null) {
            Checks.rows("dx", dx.shape(), x.shape().rows(), x.shape().last());
            Checks.separate("dx", dx, x);
            Checks.separateOrSame("dx", dx, dOut);
        }
    }
}
