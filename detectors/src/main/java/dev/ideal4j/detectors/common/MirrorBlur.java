package dev.ideal4j.detectors.common;

import dev.ideal4j.core.image.ScoreMap;
import dev.ideal4j.detectors.onnx.DetectorGraph;
import java.util.stream.IntStream;

/**
 * Gaussian blur with a window of a given size, of maps in which each value is repeated over its share of the pixels. Borders are
 * mirrored without repeating the edge. The few different values that a window covers are multiplied by the sums of their
 * weights. Immutable and thread-safe.
 */
public final class MirrorBlur {
    private final Taps[] across;
    private final Taps[] down;

    /**
     * @param columns values in a row
     * @param rows values in a column
     * @param width of the map in pixels, {@code columns} or more
     * @param height of the map in pixels, {@code rows} or more
     * @param sigma standard deviation in pixels, above 0 if the radius is
     * @param radius number of pixels of the window on each side of its centre
     */
    public MirrorBlur(int columns, int rows, int width, int height, float sigma, int radius) {
        double[] window = window(sigma, radius);
        this.across = taps(columns, width, window);
        this.down = taps(rows, height, window);
    }

    /**
     * Repeats and blurs values.
     *
     * @param values {@code columns} × {@code rows}; not modified
     */
    public ScoreMap of(ScoreMap values) {
        int width = across.length;
        int height = down.length;
        // Rows are arrays of double, so that the loops over a row are vectorised.
        double[][] rows = new double[values.height()][width];
        for (int y = 0; y < rows.length; y++) {
            for (int x = 0; x < width; x++) {
                rows[y][x] = (float) across[x].of(values.values(), y * values.width());
            }
        }
        float[] blurred = new float[width * height];
        IntStream.range(0, height).parallel().forEach(y -> {
            double[] sums = new double[width];
            for (int i = 0; i < down[y].weights.length; i++) {
                addScaled(down[y].weights[i], rows[down[y].first + i], sums);
            }
            for (int x = 0; x < width; x++) {
                blurred[y * width + x] = (float) sums[x];
            }
        });
        return new ScoreMap(width, height, blurred);
    }

    private static double[] window(float sigma, int radius) {
        double[] weights = new double[2 * radius + 1];
        double sum = 0;
        for (int i = 0; i < weights.length; i++) {
            double distance = i - radius;
            weights[i] = distance == 0 ? 1 : Math.exp(-distance * distance / (2 * sigma * sigma));
            sum += weights[i];
        }
        for (int i = 0; i < weights.length; i++) {
            weights[i] /= sum;
        }
        return weights;
    }

    /**
     * The weights of the values that a pixel's window covers.
     *
     * @param first index of the first of these values
     */
    private record Taps(int first, double[] weights) {
        double of(float[] values, int at) {
            double sum = 0;
            for (int i = 0; i < weights.length; i++) {
                sum += weights[i] * values[at + first + i];
            }
            return sum;
        }
    }

    /** The weights for each pixel of a side. */
    private static Taps[] taps(int values, int pixels, double[] window) {
        int[] source = new int[pixels];
        for (int i = 0; i < pixels; i++) {
            source[i] = (int) ((long) i * values / pixels);
        }
        int radius = window.length / 2;
        Taps[] taps = new Taps[pixels];
        for (int i = 0; i < pixels; i++) {
            int lowest = values;
            int highest = 0;
            for (int j = -radius; j <= radius; j++) {
                int covered = source[mirrored(i + j, pixels)];
                lowest = Math.min(lowest, covered);
                highest = Math.max(highest, covered);
            }
            double[] weights = new double[highest - lowest + 1];
            for (int j = -radius; j <= radius; j++) {
                weights[source[mirrored(i + j, pixels)] - lowest] += window[radius + j];
            }
            taps[i] = new Taps(lowest, weights);
        }
        return taps;
    }

    /**
     * Draws {@link #of}.
     *
     * @param values name of {@code (rows, columns)}
     * @return name of the blurred map, {@code (height, width)}
     */
    public String draw(DetectorGraph graph, String values) {
        return graph.separable(values, matrix(down), matrix(across), down.length, across.length);
    }

    /** The blur of a column of values as a matrix, {@code (pixels, values)}. */
    private static float[] matrix(Taps[] taps) {
        Taps last = taps[taps.length - 1];
        int values = last.first + last.weights.length;
        float[] matrix = new float[taps.length * values];
        for (int i = 0; i < taps.length; i++) {
            for (int j = 0; j < taps[i].weights.length; j++) {
                matrix[i * values + taps[i].first + j] = (float) taps[i].weights[j];
            }
        }
        return matrix;
    }

    private static void addScaled(double weight, double[] from, double[] sums) {
        for (int i = 0; i < sums.length; i++) {
            sums[i] += weight * from[i];
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
