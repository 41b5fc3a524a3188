package dev.ideal4j.detectors.subspacead;

import dev.ideal4j.detectors.onnx.DetectorGraph;
import java.util.Arrays;

/** How SubspaceAD computes the image score from the pixels of a map. */
public enum Aggregation {
    /** The mean of a share of the highest values. */
    TOP,

    /** The highest value. */
    MAX,

    /** The mean of all values. */
    MEAN,

    /** The 99th percentile, linearly interpolated. */
    P99,

    /** The mean of the five highest values. */
    TOP5;

    private static final double PERCENTILE = 0.99;
    private static final int FIVE = 5;

    /**
     * Computes the image score.
     *
     * @param values at least one value; not modified
     * @param share share of the highest values for {@link #TOP}; ignored otherwise
     */
    float of(float[] values, double share) {
        float[] sorted = values.clone();
        Arrays.sort(sorted);
        return switch (this) {
            case TOP -> top(sorted, Math.max(1, (int) (share * sorted.length)));
            case MAX -> sorted[sorted.length - 1];
            case MEAN -> top(sorted, sorted.length);
            case P99 -> {
                double at = PERCENTILE * (sorted.length - 1);
                int below = (int) at;
                float above = sorted[Math.min(below + 1, sorted.length - 1)];
                yield (float) (sorted[below] + (at - below) * (above - sorted[below]));
            }
            case TOP5 -> top(sorted, Math.min(FIVE, sorted.length));
        };
    }

    /**
     * Draws {@link #of}.
     *
     * @param values name of {@code count} values in one axis
     */
    String draw(DetectorGraph graph, String values, int count, double share) {
        return switch (this) {
            case TOP -> mean(graph, graph.highest(values, Math.max(1, (int) (share * count))));
            case MAX -> graph.reduce("ReduceMax", values);
            case MEAN -> mean(graph, values);
            case P99 -> {
                int below = (int) (PERCENTILE * (count - 1));
                float part = (float) (PERCENTILE * (count - 1) - below);
                String top = graph.highest(values, count - below);
                String low = entry(graph, top, count - below - 1);
                String high = entry(graph, top, Math.max(0, count - below - 2));
                String step = graph.apply(
                        "Mul", graph.apply("Sub", high, low), graph.graph().constant(part));
                yield graph.apply("Add", low, step);
            }
            case TOP5 -> mean(graph, graph.highest(values, Math.min(FIVE, count)));
        };
    }

    private static String mean(DetectorGraph graph, String values) {
        return graph.reduce("ReduceMean", values);
    }

    private static String entry(DetectorGraph graph, String values, int at) {
        return graph.apply("Gather", values, graph.graph().integers(at));
    }

    private static float top(float[] sorted, int count) {
        double sum = 0;
        for (int i = sorted.length - count; i < sorted.length; i++) {
            sum += sorted[i];
        }
        return (float) (sum / count);
    }
}
