package dev.ideal4j.detectors.common;

import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.Scope;
import java.util.Arrays;

/**
 * Finds the patches that show the object, as opposed to the background, by the first principal axis of the image's own
 * features, as in AnomalyDINO (arXiv 2405.14529).
 *
 * @param maskThreshold threshold of the projection on the axis; absolute, because features are not normalised
 * @param maskKernel side of the dilation and the closing in patches, odd; 1 for none
 * @param maskBorder share of the grid on each side that is ignored when the sign of the axis is chosen
 * @param flatMask whether the dilation and the closing run along the list of patches, row after row, as in the published
 *     program; otherwise they run over the grid
 */
public record ForegroundMask(float maskThreshold, int maskKernel, double maskBorder, boolean flatMask) {
    /** If at most this share of the middle is object, the sign of the axis is reversed. */
    private static final double LEAST_OBJECT = 0.35;

    /** The published settings. */
    public static final ForegroundMask PUBLISHED = new ForegroundMask(10, 3, 0.2, true);

    private static final double LARGEST_BORDER = 0.5;
    private static final int MOST_ITERATIONS = 2000;
    private static final double CONVERGED = 1e-12;

    /** Checks the ranges. */
    public ForegroundMask {
        Ranges.notNegative("mask threshold", maskThreshold);
        Ranges.odd("mask kernel", maskKernel);
        if (!(maskBorder >= 0 && maskBorder <= LARGEST_BORDER)) {
            throw new InvalidInputException("mask border", Double.toString(maskBorder), "0 to " + LARGEST_BORDER);
        }
    }

    /**
     * Computes the mask of an image.
     *
     * @param features {@code (rows · columns, C)}; not modified
     * @param scope scope whose backend multiplies; nothing stays in the scope
     * @return for each patch, whether it shows the object
     */
    public boolean[] of(float[] features, int rows, int columns, Scope scope) {
        float[] projections = firstComponent(features, rows * columns, scope);
        boolean[] object = above(projections, 1);
        if (shareInTheMiddle(object, rows, columns) <= LEAST_OBJECT) {
            object = above(projections, -1);
        }
        int height = flatMask ? 1 : rows;
        int width = flatMask ? rows * columns : columns;
        boolean[] dilated = spread(object, height, width, true);
        return spread(spread(dilated, height, width, true), height, width, false);
    }

    private boolean[] above(float[] projections, int sign) {
        boolean[] above = new boolean[projections.length];
        for (int i = 0; i < above.length; i++) {
            above[i] = sign * projections[i] > maskThreshold;
        }
        return above;
    }

    private double shareInTheMiddle(boolean[] object, int rows, int columns) {
        int count = 0;
        int all = 0;
        for (int y = (int) (maskBorder * rows); y < (int) ((1 - maskBorder) * rows); y++) {
            for (int x = (int) (maskBorder * columns); x < (int) ((1 - maskBorder) * columns); x++, all++) {
                count += object[y * columns + x] ? 1 : 0;
            }
        }
        return (double) count / all;
    }

    /** Dilation if {@code value} is true, erosion if it is false. Positions outside the grid are ignored. */
    private boolean[] spread(boolean[] from, int height, int width, boolean value) {
        int radius = maskKernel / 2;
        boolean[] to = new boolean[from.length];
        Arrays.fill(to, !value);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                for (int v = Math.max(0, y - radius); v <= Math.min(height - 1, y + radius); v++) {
                    for (int u = Math.max(0, x - radius); u <= Math.min(width - 1, x + radius); u++) {
                        if (from[v * width + u] == value) {
                            to[y * width + x] = value;
                        }
                    }
                }
            }
        }
        return to;
    }

    /**
     * Projections of centred rows on their first principal axis. The entry of the axis with the largest absolute value is
     * positive.
     *
     * @param features {@code (n, C)}
     */
    static float[] firstComponent(float[] features, int n, Scope scope) {
        int width = features.length / n;
        Moments moments = new Moments(width);
        moments.add(features, scope);
        double[] axis = leadingAxis(moments.scatter(), width);
        double[] mean = moments.mean();
        float[] projections = new float[n];
        for (int row = 0; row < n; row++) {
            double sum = 0;
            for (int i = 0; i < width; i++) {
                sum += (features[row * width + i] - mean[i]) * axis[i];
            }
            projections[row] = (float) sum;
        }
        return projections;
    }

    /** Computed by power iteration, starting from the column of the largest variance; zero if all variances are zero. */
    private static double[] leadingAxis(double[] scatter, int width) {
        int start = 0;
        for (int i = 1; i < width; i++) {
            start = scatter[i * width + i] > scatter[start * width + start] ? i : start;
        }
        double[] axis = normalised(Arrays.copyOfRange(scatter, start * width, (start + 1) * width));
        for (int iteration = 0; iteration < MOST_ITERATIONS; iteration++) {
            double[] next = new double[width];
            for (int i = 0; i < width; i++) {
                double sum = 0;
                for (int j = 0; j < width; j++) {
                    sum += scatter[i * width + j] * axis[j];
                }
                next[i] = sum;
            }
            normalised(next);
            double change = 0;
            for (int i = 0; i < width; i++) {
                change = Math.max(change, Math.abs(next[i] - axis[i]));
            }
            axis = next;
            if (change < CONVERGED) {
                break;
            }
        }
        int largest = 0;
        for (int i = 1; i < width; i++) {
            largest = Math.abs(axis[i]) > Math.abs(axis[largest]) ? i : largest;
        }
        if (axis[largest] < 0) {
            for (int i = 0; i < width; i++) {
                axis[i] = -axis[i];
            }
        }
        return axis;
    }

    private static double[] normalised(double[] axis) {
        double sum = 0;
        for (double value : axis) {
            sum += value * value;
        }
        if (sum > 0) {
            double norm = Math.sqrt(sum);
            for (int i = 0; i < axis.length; i++) {
                axis[i] /= norm;
            }
        }
        return axis;
    }
}
