package dev.ideal4j.core.ops;

import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.Tensor;

/** Upsampling and smoothing of maps. */
public final class Resampling {
    private final Implementation implementation;

    /** The operations as a backend computes them. */
    public Resampling(Implementation implementation) {
        this.implementation = implementation;
    }

    /**
     * Bilinear resize with half-pixel centres and replicated borders (PyTorch's {@code align_corners=False}), without
     * antialiasing. A NaN or infinity affects the pixels between its neighbours. It is not specified whether these
     * neighbours themselves are affected.
     *
     * @param x {@code (b, h, w)}, h and w ≥ 1
     * @param out {@code (b, H, W)}
     */
    public void bilinear(Tensor x, Tensor out) {
        checkBilinear(x, out);
        implementation.bilinear(x, out);
    }

    /**
     * Gaussian blur that equals SciPy's {@code gaussian_filter(x, sigma)} bit for bit. The window is cut at 4σ. Borders
     * are mirrored with the edge repeated ({@code reflect}), periodically if the map is smaller than the window. The
     * first pass runs down the columns and the second along the rows, and each pass rounds to float32. A pass sums in
     * double precision without fused multiply-add: the centre's term, then {@code (left + right) · weight} from the
     * outermost pair inwards.
     *
     * @param x {@code (b, h, w)}
     * @param sigma standard deviation in pixels, above 0
     * @param out same shape; may be {@code x}
     */
    public void gaussianBlur(Tensor x, float sigma, Tensor out) {
        Checks.rank("x", x.shape(), 3);
        Checks.shape("out", out.shape(), x.shape().toArray());
        Checks.separateOrSame("out", out, x);
        if (!(sigma > 0 && sigma < 1e4f)) {
            throw new InvalidInputException("sigma", Float.toString(sigma), "above 0 and below 10000");
        }
        implementation.gaussianBlur(x, sigma, out);
    }

    /**
     * Returns the weights of the blur by distance from the centre, 0 to {@code ⌊4σ + ½⌋}: {@code exp(−distance² /
     * 2σ²)}, divided by the sum over the whole window. The weights have the same bits on every platform, so that the
     * blur has the same bits too.
     */
    public static double[] gaussianWeights(float sigma) {
        double[] weights = new double[(int) (4.0 * sigma + 0.5) + 1];
        double sum = 0;
        for (int distance = 0; distance < weights.length; distance++) {
            weights[distance] = StrictMath.exp(-0.5 / ((double) sigma * sigma) * distance * distance);
            sum += distance == 0 ? weights[distance] : 2 * weights[distance];
        }
        for (int distance = 0; distance < weights.length; distance++) {
            weights[distance] /= sum;
        }
        return weights;
    }

    /**
     * Gradient of {@link #bilinear}, written: the gradient of each output pixel is distributed to the pixels from which
     * it was interpolated.
     *
     * @param dOut {@code (b, H, W)}
     * @param dx {@code (b, h, w)}
     */
    public void bilinearGradient(Tensor dOut, Tensor dx) {
        checkBilinear(dx, dOut);
        implementation.bilinearGradient(dOut, dx);
    }

    /** Checks for {@link #bilinear}. */
    private static void checkBilinear(Tensor x, Tensor out) {
        Checks.rank("x", x.shape(), 3);
        Checks.rank("out", out.shape(), 3);
        Checks.range(
                "maps of out", out.shape().axis(0), x.shape().axis(0), x.shape().axis(0));
        Checks.range("height", x.shape().axis(1), 1, Integer.MAX_VALUE);
        Checks.range("width", x.shape().axis(2), 1, Integer.MAX_VALUE);
        Checks.separate("out", out, x);
    }

    /** The same operations as a backend computes them; the arguments have been checked. */
    public interface Implementation {
        void bilinear(Tensor x, Tensor out);

        void gaussianBlur(Tensor x, float sigma, Tensor out);

        void bilinearGradient(Tensor dOut, Tensor dx);
    }
}
