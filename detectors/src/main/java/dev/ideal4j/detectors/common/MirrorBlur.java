package dev.ideal4j.detectors.common;

import dev.ideal4j.core.image.ScoreMap;
import dev.ideal4j.detectors.onnx.DetectorGraph;
import java.util.Arrays;
import java.util.stream.IntStream;

/** Gaussian blur of maps with a window of a given size. Borders are mirrored without repeating the edge. */
public final class MirrorBlur {
    private MirrorBlur() {}

    /**
     * Returns a blurred copy.
     *
     * @param sigma standard deviation in pixels, above 0
     * @param radius number of pixels of the window on each side of its centre
     */
    public static ScoreMap blur(ScoreMap map, float sigma, int radius) {
        double[] weights = weights(sigma, radius);
        int width = map.width();
        int height = map.height();
        // Rows are arrays of double, so that the loops over a row are vectorised.
        double[][] rows = new double[height][width];
        IntStream.range(0, height).parallel().forEach(y -> across(map.values(), y * width, weights, rows[y]));
        float[] blurred = new float[width * height];
        IntStream.range(0, height).parallel().forEach(y -> {
            double[] sums = new double[width];
            for (int j = 0; j < weights.length; j++) {
                addScaled(weights[j], rows[mirrored(y + j - radius, height)], 0, sums);
            }
            for (int x = 0; x < width; x++) {
                blurred[y * width + x] = (float) sums[x];
            }
        });
        return new ScoreMap(width, height, blurred);
    }

    private static double[] weights(float sigma, int radius) {
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
        return weights;
    }

    /**
     * Draws {@link #blur}.
     *
     * @param map name of {@code (height, width)}
     * @return name of the blurred map
     */
    public static String draw(DetectorGraph graph, String map, int height, int width, float sigma, int radius) {
        double[] weights = weights(sigma, radius);
        return graph.separable(map, matrix(height, weights), matrix(width, weights), height, width);
    }

    /** The blur of a row of n values as a matrix, {@code (n, n)}. */
    private static float[] matrix(int n, double[] weights) {
        double[] sums = new double[n * n];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < weights.length; j++) {
                sums[i * n + mirrored(i + j - weights.length / 2, n)] += weights[j];
            }
        }
        float[] matrix = new float[n * n];
        for (int i = 0; i < matrix.length; i++) {
            matrix[i] = (float) sums[i];
        }
        return matrix;
    }

    /** Blurs a row. The result is rounded to float. */
    private static void across(float[] from, int first, double[] weights, double[] to) {
        int radius = weights.length / 2;
        double[] padded = new double[to.length + 2 * radius];
        for (int i = 0; i < radius; i++) {
            padded[i] = from[first + mirrored(i - radius, to.length)];
            padded[radius + to.length + i] = from[first + mirrored(to.length + i, to.length)];
        }
        for (int i = 0; i < to.length; i++) {
            padded[radius + i] = from[first + i];
        }
        Arrays.fill(to, 0);
        for (int j = 0; j < weights.length; j++) {
            addScaled(weights[j], padded, j, to);
        }
        for (int i = 0; i < to.length; i++) {
            to[i] = (float) to[i];
        }
    }

    private static void addScaled(double weight, double[] from, int first, double[] sums) {
        for (int i = 0; i < sums.length; i++) {
            sums[i] += weight * from[first + i];
        }
    }

    /** The index inside a row of {@code count} values for an index beyond its ends: … 2 1 | 0 1 2 … */
    public static int mirrored(int i, int count) {
        if (i >= 0 && i < count) {
            return i;
        }
        int period = Math.max(1, 2 * (count - 1));
        int at = Math.floorMod(i, period);
        return at < count ? at : period - at;
    }
}
