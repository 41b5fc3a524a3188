package dev.ideal4j.core.image;

/**
 * The source samples of each target sample along one axis of a resize, with weights in fixed point with 22 fractional
 * bits.
 */
final class ResizeWeights {
    private static final int PRECISION = 22;

    /** Half a unit of the result. It is added to a sum before {@link #clip} for rounding. */
    static final int HALF = 1 << (PRECISION - 1);

    private static final long BOTH_HALVES = HALF | (long) HALF << 32;

    /** Maximum number of source samples of a target sample, and the stride of {@link #weights}. */
    final int taps;

    /** First source sample of each target sample. */
    final int[] first;

    /** Number of source samples of each target sample. */
    final int[] count;

    /** Weights, {@code taps} elements per target sample. */
    final int[] weights;

    ResizeWeights(int from, int to, PillowResize.Filter filter) {
        double scale = (double) from / to;
        double widening = Math.max(scale, 1);
        double support = filter.support * widening;
        taps = (int) Math.ceil(support) * 2 + 1;
        first = new int[to];
        count = new int[to];
        weights = new int[Math.multiplyExact(to, taps)];
        double[] exact = new double[taps];
        for (int i = 0; i < to; i++) {
            double centre = (i + 0.5) * scale;
            first[i] = Math.max(0, (int) (centre - support + 0.5));
            count[i] = Math.min(from, (int) (centre + support + 0.5)) - first[i];
            double sum = 0;
            for (int k = 0; k < count[i]; k++) {
                exact[k] = filter.at((k + first[i] - centre + 0.5) * (1 / widening));
                sum += exact[k];
            }
            for (int k = 0; k < count[i]; k++) {
                double weight = sum == 0 ? exact[k] : exact[k] / sum;
                weights[i * taps + k] = (int) (weight * (1 << PRECISION) + (weight < 0 ? -0.5 : 0.5));
            }
        }
    }

    /**
     * Resizes two rows of interleaved samples at once. The sums of a row fit into 32 bits, so one 64-bit product
     * computes both rows.
     *
     * @param rows pairs of samples from {@link #pair}
     * @param upper receives the values of the first row, 0 to 255
     * @param lower receives the values of the second row, 0 to 255
     */
    void resize(long[] rows, int channels, int[] upper, int[] lower) {
        if (channels == 3) {
            resizeRgb(rows, upper, lower);
            return;
        }
        for (int i = 0; i < first.length; i++) {
            for (int c = 0; c < channels; c++) {
                long sum = BOTH_HALVES;
                int at = first[i] * channels + c;
                for (int k = 0; k < count[i]; k++) {
                    sum += weights[i * taps + k] * rows[at + k * channels];
                }
                split(sum, i * channels + c, upper, lower);
            }
        }
    }

    private void resizeRgb(long[] rows, int[] upper, int[] lower) {
        for (int i = 0; i < first.length; i++) {
            long red = BOTH_HALVES;
            long green = BOTH_HALVES;
            long blue = BOTH_HALVES;
            int at = 3 * first[i];
            int from = i * taps;
            int n = count[i];
            for (int k = 0; k < n; k++) {
                long weight = weights[from + k];
                red += weight * rows[at + 3 * k];
                green += weight * rows[at + 3 * k + 1];
                blue += weight * rows[at + 3 * k + 2];
            }
            split(red, 3 * i, upper, lower);
            split(green, 3 * i + 1, upper, lower);
            split(blue, 3 * i + 2, upper, lower);
        }
    }

    /** Packs two samples, 0 to 255, for {@link #resize}. */
    static long pair(byte upper, byte lower) {
        return upper & 0xFF | (lower & 0xFFL) << 32;
    }

    private static void split(long sum, int at, int[] upper, int[] lower) {
        int low = (int) sum;
        upper[at] = clip(low);
        lower[at] = clip((int) (sum - low >> 32));
    }

    /** Returns the integer part of a fixed-point sum, clipped to 0 to 255. */
    static int clip(int sum) {
        return Math.max(0, Math.min(255, sum >> PRECISION));
    }
}
