package dev.ideal4j.detectors.common;

import dev.ideal4j.backbone.onnx.OnnxGraph;
import dev.ideal4j.backbone.onnx.OnnxGraph.Attributes;
import dev.ideal4j.backbone.onnx.OnnxGraph.Type;
import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.detectors.onnx.DetectorGraph;
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

    /**
     * Draws {@link #of}.
     *
     * @param features {@code (rows · columns, C)} with any leading axes, on the backend of the graph
     * @return name of {@code (rows · columns)}: 1 for patches that show the object, 0 for others
     */
    public String draw(DetectorGraph graph, Tensor features, int rows, int columns) {
        OnnxGraph to = graph.graph();
        int n = rows * columns;
        String values =
                to.cast(graph.backend().value(features, n, features.shape().last()), Type.DOUBLE);
        String centred = to.apply("Sub", values, to.apply("ReduceMean", values, to.integers(0)));
        String scatter = to.apply("MatMul", to.apply("Transpose", centred), centred);
        String projections = to.apply("MatMul", centred, drawAxis(to, scatter));
        projections = graph.reshape(to.cast(projections, Type.FLOAT), n);
        String object = drawAbove(to, projections);
        float[] middle = new float[n];
        int all = 0;
        for (int y = (int) (maskBorder * rows); y < (int) ((1 - maskBorder) * rows); y++) {
            for (int x = (int) (maskBorder * columns); x < (int) ((1 - maskBorder) * columns); x++, all++) {
                middle[y * columns + x] = 1;
            }
        }
        if (all > 0) {
            String count = to.apply("ReduceSum", to.apply("Mul", object, to.weight(middle, n)), to.integers(0));
            String share = to.apply("Div", to.cast(count, Type.DOUBLE), to.constant((double) all));
            String reversed = to.apply("LessOrEqual", share, to.constant(LEAST_OBJECT));
            object = to.apply("Where", reversed, drawAbove(to, to.apply("Neg", projections)), object);
        }
        int height = flatMask ? 1 : rows;
        object = graph.reshape(object, 1, 1, height, n / height);
        object = drawSpread(to, drawSpread(to, object));
        object = to.apply("Neg", drawSpread(to, to.apply("Neg", object)));
        return graph.reshape(object, n);
    }

    private String drawAbove(OnnxGraph to, String projections) {
        return to.cast(to.apply("Greater", projections, to.constant(maskThreshold)), Type.FLOAT);
    }

    private String drawSpread(OnnxGraph to, String mask) {
        int radius = maskKernel / 2;
        Attributes window = new Attributes()
                .with("kernel_shape", maskKernel, maskKernel)
                .with("pads", radius, radius, radius, radius);
        return to.apply("MaxPool", window, mask);
    }

    /** Draws {@link #leadingAxis}, {@code (C, 1)}. */
    private static String drawAxis(OnnxGraph to, String scatter) {
        // The largest entry of a scatter matrix is on its diagonal.
        String widest =
                to.apply("ArgMax", new Attributes().with("axis", 1), to.apply("ReduceMax", scatter, to.integers(0)));
        String first = to.apply(
                "Gather", new Attributes().with("axis", 1), scatter, to.apply("Reshape", widest, to.integers(1)));
        OnnxGraph body = to.body("axis");
        body.input("step_" + body.name(), Type.INT64);
        body.input("go_" + body.name(), Type.BOOL);
        String axis = body.input("axis_" + body.name(), Type.DOUBLE, "channels", 1);
        String next = drawNormalised(body, body.apply("MatMul", scatter, axis));
        String change = body.apply(
                "ReduceMax", new Attributes().with("keepdims", 0), body.apply("Abs", body.apply("Sub", next, axis)));
        body.output("going_" + body.name(), body.apply("GreaterOrEqual", change, body.constant(CONVERGED)), Type.BOOL);
        body.output("next_" + body.name(), next, Type.DOUBLE, "channels", 1);
        String most = to.integers(new long[] {MOST_ITERATIONS}, new long[0]);
        String found = to.apply("Loop", new Attributes().with("body", body), most, "", drawNormalised(to, first));
        String largest = to.apply("ArgMax", new Attributes().with("axis", 0), to.apply("Abs", found));
        String sign = to.apply("Sign", to.apply("GatherElements", new Attributes().with("axis", 0), found, largest));
        return to.apply("Mul", found, sign);
    }

    private static String drawNormalised(OnnxGraph to, String axis) {
        String norm = to.apply("ReduceL2", axis, to.integers(0));
        return to.apply("Div", axis, to.apply("Max", norm, to.constant(Double.MIN_NORMAL)));
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
