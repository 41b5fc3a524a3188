package dev.ideal4j.core.ops;

import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.Tensor;

/** Upsampling and smoothing of maps. */
public interface Resampling {
    /**
     * Bilinear resize with half-pixel centres and replicated borders (PyTorch's {@code align_corners=False}).
     *
     * @param x {@code (b, h, w)}, h and w ≥ 1
     * @param out {@code (b, H, W)}
     */
    void bilinear(Tensor x, Tensor out);

    /**
     * Gaussian blur, cut at 4σ, borders mirrored with the edge repeated (SciPy's {@code reflect}); columns first, sums in
     * double, each pass rounded to float32.
     *
     * @param x {@code (b, h, w)}
     * @param sigma standard deviation in pixels, above 0
     * @param out same shape; may be {@code x}
     */
    void gaussianBlur(Tensor x, float sigma, Tensor out);

    /** Checks for {@link #bilinear}. */
    static void checkBilinear(Tensor x, Tensor out) {
        Checks.rank("x", x.shape(), 3);
        Checks.rank("out", out.shape(), 3);
        Checks.range(
                "maps of out", out.shape().axis(0), x.shape().axis(0), x.shape().axis(0));
        Checks.range("height", x.shape().axis(1), 1, Integer.MAX_VALUE);
        Checks.range("width", x.shape().axis(2), 1, Integer.MAX_VALUE);
        Checks.separate("out", out, x);
    }

    /** Checks for {@link #gaussianBlur}. */
    static void checkGaussianBlur(Tensor x, float sigma, Tensor out) {
        Checks.rank("x", x.shape(), 3);
        Checks.shape("out", out.shape(), x.shape().toArray());
        Checks.separateOrSame("out", out, x);
        if (!(sigma > 0 && sigma < 1e4f)) {
            throw new InvalidInputException("sigma", Float.toString(sigma), "above 0 and below 10000");
        }
    }
}
