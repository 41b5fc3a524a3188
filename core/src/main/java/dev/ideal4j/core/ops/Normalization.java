package dev.ideal4j.core.ops;

import dev.ideal4j.core.Tensor;
import org.jspecify.annotations.Nullable;

/** Normalisations of rows. */
public final class Normalization {
    private final Implementation implementation;

    /** The operations as a backend computes them. */
    public Normalization(Implementation implementation) {
        this.implementation = implementation;
    }

    /**
     * {@code (x − mean) / √(variance + eps) · gamma + beta} over each row, with the biased variance.
     *
     * @param x {@code (r, c)}
     * @param gamma {@code (c)}
     * @param beta {@code (c)}
     * @param out {@code (r, c)}; may be {@code x}
     */
    public void layerNorm(Tensor x, Tensor gamma, Tensor beta, float eps, Tensor out) {
        checkLayerNorm(x, gamma, beta, out);
        implementation.layerNorm(x, gamma, beta, eps, out);
    }

    /**
     * {@code x / max(‖x‖, eps)} for each row.
     *
     * @param x {@code (r, c)}
     * @param out {@code (r, c)}; may be {@code x}
     */
    public void l2(Tensor x, float eps, Tensor out) {
        checkL2(x, out);
        implementation.l2(x, eps, out);
    }

    /**
     * Gradients of {@link #layerNorm}, written, given the gradient of its result. Each may be null if it is not needed.
     *
     * @param x {@code (r, c)}, the input of the forward pass
     * @param dOut {@code (r, c)}
     * @param dx {@code (r, c)}; may be {@code dOut}
     * @param dGamma {@code (c)}, summed over rows
     * @param dBeta {@code (c)}, summed over rows
     */
    public void layerNormGradient(
            Tensor x,
            Tensor gamma,
            float eps,
            Tensor dOut,
            @Nullable Tensor dx,
            @Nullable Tensor dGamma,
            @Nullable Tensor dBeta) {
        checkLayerNormGradient(x, gamma, dOut, dx, dGamma, dBeta);
        implementation.layerNormGradient(x, gamma, eps, dOut, dx, dGamma, dBeta);
    }

    /**
     * Gradient of {@link #l2}, written; a row whose norm was cut at {@code eps} passes {@code dOut / eps}.
     *
     * @param x {@code (r, c)}, the input of the forward pass
     * @param dOut {@code (r, c)}
     * @param dx {@code (r, c)}; may be {@code dOut}
     */
    public void l2Gradient(Tensor x, float eps, Tensor dOut, Tensor dx) {
        checkL2Gradient(x, dOut, dx);
        implementation.l2Gradient(x, eps, dOut, dx);
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
    private static void checkL2(Tensor x, Tensor out) {
        Checks.rows("out", out.shape(), x.shape().rows(), x.shape().last());
        Checks.separateOrSame("out", out, x);
    }

    /** Checks for {@link #layerNormGradient}. */
    static void checkLayerNormGradient(
            Tensor x, Tensor gamma, Tensor dOut, @Nullable Tensor dx, @Nullable Tensor dGamma, @Nullable Tensor dBeta) {
        Checks.shape("gamma", gamma.shape(), x.shape().last());
        Checks.gradient("dGamma", dGamma, gamma, dOut);
        Checks.gradient("dBeta", dBeta, gamma, dOut);
        checkL2Gradient(x, dOut, dx);
        Checks.apart("gradients", new Tensor[] {dx, dGamma, dBeta}, x, gamma);
    }

    /** Checks for {@link #l2Gradient}. */
    private static void checkL2Gradient(Tensor x, Tensor dOut, @Nullable Tensor dx) {
        Checks.rows("dOut", dOut.shape(), x.shape().rows(), x.shape().last());
        if (dx != null) {
            Checks.rows("dx", dx.shape(), x.shape().rows(), x.shape().last());
            Checks.separate("dx", dx, x);
            Checks.separateOrSame("dx", dx, dOut);
        }
    }

    /** The same operations as a backend computes them; the arguments have been checked. */
    public interface Implementation {
        void layerNorm(Tensor x, Tensor gamma, Tensor beta, float eps, Tensor out);

        void l2(Tensor x, float eps, Tensor out);

        void layerNormGradient(
                Tensor x,
                Tensor gamma,
                float eps,
                Tensor dOut,
                @Nullable Tensor dx,
                @Nullable Tensor dGamma,
                @Nullable Tensor dBeta);

        void l2Gradient(Tensor x, float eps, Tensor dOut, Tensor dx);
    }
}
