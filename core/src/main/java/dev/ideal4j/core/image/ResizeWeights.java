package dev.ideal4j.core.image;

/** One axis of a resize: which source samples make each target sample, and with which 22-bit fixed-point weights. */
final class ResizeWeights {
    private static final int PRECISION = 22;

    /** Half a unit of the result: added to a sum before {@link #clip}, it rounds. */
    static final int HALF = 1 << (PRECISION - 1);

    /** Most source samples that a target sample may need: the stride of {@link #weights}. */
    final int taps;

    /** First source sample of each target sample. */
    final int[] first;

    /** Number of source samples of each target sample. */
    final int[] count;

    /** Weights, {@code taps} places a target sample. */
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

    /** Resizes one row of interleaved samples to values of 0 to 255. */
    void row(byte[] samples, int offset, int channels, int[] to) {
        if (channels == 3) {
            rgbRow(samples, offset, to);
            return;
        }
        for (int i = 0; i < first.length; i++) {
            for (int c = 0; c < channels; c++) {
                int sum = HALF;
                int at = offset + first[i] * channels + c;
                for (int k = i * taps, end = k + count[i]; k < end; k++, at += channels) {
                    sum += weights[k] * (samples[at] & 0xFF);
                }
                to[i * channels + c] = clip(sum);
            }
        }
    }

    private void rgbRow(byte[] samples, int offset, int[] to) {
        for (int i = 0; i < first.length; i++) {
            int red = HALF;
            int green = HALF;
            int blue = HALF;
            int at = offset + first[i] * 3;
            for (int k = i * taps, end = k + count[i]; k < end; k++, at += 3) {
                int weight = weights[k];
                red += weight * (samples[at] & 0xFF);
                green += weight * (samples[at + 1] & 0xFF);
                blue += weight * (samples[at + 2] & 0xFF);
            }
            to[i * 3] = clip(red);
            to[i * 3 + 1] = clip(green);
            to[i * 3 + 2] = clip(blue);
        }
    }

    /** The integer part of a fixed-point sum, within 0 to 255. */
    static int clip(int sum) {
        return Math.max(0, Math.min(255, sum >> PRECISION));
    }
}
