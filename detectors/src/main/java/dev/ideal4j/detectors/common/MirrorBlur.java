package dev.ideal4j.detectors.common;

import dev.ideal4j.core.image.ScoreMap;

/** Gaussian blur of maps with a window of a given size and borders that are mirrored without repeating the edge. */
public final class MirrorBlur {
    private MirrorBlur() {}

    /**
     * A blurred copy.
     *
     * @param sigma standard deviation in pixels, above 0
     * @param radius pixels of the window on each side of its centre
     */
    public static ScoreMap blur(ScoreMap map, float sigma, int radius) {
        double[] weights = new double[2 * radius + 1];
        double sum = 0;
        for (int i = 0; i < weights.length; i++) {
            double distance = i - radius;
            weights[i] = Math.exp(-distance * distance / (2 * sigma * sigma));
            sum += weights[i];
        }
        for (int i = 0; i < weights.length; i++) {
            weights[i] /= sum;
        }
        int width = map.width();
        int height = map.height();
        float[] rows = new float[map.values().length];
        float[] blurred = new float[rows.length];
        for (int y = 0; y < height; y++) {
            line(map.values(), y * width, 1, width, weights, rows);
        }
        for (int x = 0; x < width; x++) {
            line(rows, x, width, height, weights, blurred);
        }
        return new ScoreMap(width, height, blurred);
    }

    private static void line(float[] from, int first, int step, int count, double[] weights, float[] to) {
        int radius = weights.length / 2;
        for (int i = 0; i < count; i++) {
            double sum = 0;
            for (int j = 0; j < weights.length; j++) {
                sum += weights[j] * from[first + mirrored(i + j - radius, count) * step];
            }
            to[first + i * step] = (float) sum;
        }
    }

    /** The position in a row of {@code count} that is meant beyond its ends: … 2 1 | 0 1 2 … */
    public static int mirrored(int i, int count) {
        if (i >= 0 && i < count) {
            return i;
        }
        int period = Math.max(1, 2 * (count - 1));
        int at = Math.floorMod(i, period);
        return at < count ? at : period - at;
    }
}
