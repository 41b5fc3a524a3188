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
     * antialiasing. A NaN or infinity reaches the pixels between its neighbours, to which neighbour inclusive is open.
     *
     * @param x {@code (b, h, w)}, h and w ≥ 1
     * @param out {@code (b, H, W)}
     */
    public void bilinear(Tensor x, Tensor out) {
        checkBilinear(x, out);
        implementation.bilinear(x, out);
    }

    /**
     * Gaussian blur with the bits of SciPy's {@code gaussian_filter(x, sigma)}: cut at 4σ, borders mirrored with the edge
     * repeated ({@code reflect}, periodic where the map is smaller than the window); first down the columns, then along
     * the rows, each pass rounded to float32. A pass sums in double, without fused multiply-add: the centre's term, then
     * {@code (left + right) · weight} from the outermost pair inwards.
     *
     * @param x {@code (b, h, w)}
     * @param sigma standard deviation in pixels, above 0
     * @param out same shape; may be {@code x}
     */
    public void gaussianBlur(Tensor x, float sigma, Tensor out) {
        checkGaussianBlur(x, sigma, out);
        implementation.gaussianBlur(x, sigma, out);
    }

    /**
     * The blur's weights by distance from the centre, 0 to {@code ⌊4σ + ½⌋}: {@code exp(−distance² / 2σ²)} over the sum of
     * the whole window's. The same bits everywhere, so that the blur has them too.
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
     * Gradient of {@link #bilinear}, written: each output pixel's gradient shared among the pixels it was mixed from.
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

    /** Checks for {@link #gaussianBlur}. */
    private static void checkGaussianBlur(Tensor x, float sigma, Tensor out) {
        Checks.rank("x", x.shape(), 3);
        Checks.shape("out", out.shape(), x.shape().toArray());
        Checks.separateOrSame("out", out, x);
        if (!(sigma > 0 && sigma < 1e4f)) {
            throw new InvalidInputException("sigma", Float.toString(sigma), "above 0 and below 10000");
        }
    }

    /** The same operations as a backend computes them; the arguments have been checked. */
    public interface Implementation {
        void bilinear(Tensor x, Tensor out);

        void gaussianBlur(Tensor x, float sigma, Tensor out);

        void bilinearGradient(Tensor dOut, Tensor dx);
    }
}
