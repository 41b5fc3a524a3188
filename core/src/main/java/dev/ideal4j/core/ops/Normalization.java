package dev.ideal4j.core.ops;

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
}
