package dev.ideal4j.detectors.common;

import dev.ideal4j.backbone.onnx.OnnxGraph;
import dev.ideal4j.backbone.onnx.OnnxGraph.Attributes;
import dev.ideal4j.core.Backend;
import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.ops.Epilogue;
import dev.ideal4j.core.ops.PackedWeight;
import dev.ideal4j.detectors.onnx.DetectorGraph;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Rows of features for nearest-neighbour search by Euclidean distance. The backend finds candidates by x·y − |y|²/2, which is
 * inexact for near rows. The distances of the candidates are then computed from the differences in double precision.
 * Immutable and thread-safe; belongs to the scope it was made in.
 */
public final class EuclideanBank {
    /** Rows of a part. */
    private static final int PART = 1 << 14;

    /** Largest number of products in memory at a time. */
    private static final int PRODUCTS = 1 << 22;

    /** Number of candidates beyond the requested number of rows. */
    private static final int SPARE = 4;

    private final float[] rows;
    private final int width;
    private final List<PackedWeight> parts = new ArrayList<>();

    /**
     * Creates a bank.
     *
     * @param rows {@code (n, width)}, n ≥ 1; kept, not copied
     * @param scope owns the bank
     */
    public EuclideanBank(float[] rows, int width, Scope scope) {
        this.rows = rows;
        this.width = width;
        for (int first = 0; first < size(); first += PART) {
            int count = Math.min(PART, size() - first);
            float[] bias = new float[count];
            for (int row = 0; row < count; row++) {
                double sum = 0;
                for (int i = (first + row) * width; i < (first + row + 1) * width; i++) {
                    sum += (double) rows[i] * rows[i];
                }
                bias[row] = (float) (-sum / 2);
            }
            try (Scope local = scope.backend().scope()) {
                float[] part = Arrays.copyOfRange(rows, first * width, (first + count) * width);
                Tensor weight = local.upload(part, count, width);
                parts.add(scope.backend().products().pack(weight, local.upload(bias, count), scope));
            }
        }
    }

    /** Number of rows. */
    public int size() {
        return rows.length / width;
    }

    /** Width of a row. */
    public int width() {
        return width;
    }

    /** Returns a copy of a row. */
    public float[] row(int index) {
        return Arrays.copyOfRange(rows, index * width, (index + 1) * width);
    }

    /**
     * The nearest rows of some queries.
     *
     * @param k number of rows per query
     * @param squared {@code (q, k)}: squared distances, ascending
     * @param indices {@code (q, k)}: indices of the rows; the lower index first among equals
     */
    public record Nearest(int k, double[] squared, int[] indices) {}

    /**
     * Finds the nearest rows of each query.
     *
     * @param queries {@code (q, width)} with any leading axes; not modified
     * @param k number of rows per query; all rows if the bank has fewer
     */
    public Nearest nearest(Tensor queries, int k) {
        int count = queries.shape().rows();
        float[] host = queries.toArray();
        int kept = Math.min(k, size());
        int candidates = Math.min(kept + SPARE, size());
        int[] found = new int[Math.multiplyExact(count, candidates)];
        float[] best = new float[found.length];
        Arrays.fill(best, Float.NEGATIVE_INFINITY);
        Backend backend = queries.backend();
        Tensor flat = queries.reshape(count, width);
        int first = 0;
        for (PackedWeight part : parts) {
            int some = Math.max(1, PRODUCTS / part.out());
            for (int from = 0; from < count; from += some) {
                int rowsHere = Math.min(some, count - from);
                try (Scope local = backend.scope()) {
                    Tensor products = local.allocateUninitialised(rowsHere, part.out());
                    backend.products().linear(flat.slice(from, rowsHere), part, Epilogue.NONE, products);
                    float[] values = products.toArray();
                    int begin = from;
                    int offset = first;
                    IntStream.range(0, rowsHere)
                            .parallel()
                            .forEach(i -> collect(
                                    values, i * part.out(), part.out(), offset, best, found, begin + i, candidates));
                }
            }
            first += part.out();
        }
        double[] squared = new double[count * kept];
        int[] indices = new int[squared.length];
        IntStream.range(0, count)
                .parallel()
                .forEach(query -> refine(host, query, found, candidates, squared, indices, kept));
        return new Nearest(kept, squared, indices);
    }

    /**
     * Nearest rows in a graph.
     *
     * @param squared name of {@code (q, k)}: squared distances, ascending
     * @param indices name of {@code (q, k)}: indices of the rows
     */
    public record DrawnNearest(String squared, String indices) {}

    /** The rows in a graph, for {@link #draw}. */
    public String drawRows(DetectorGraph graph) {
        return graph.graph().weight(rows, size(), width);
    }

    /**
     * Draws {@link #nearest}.
     *
     * @param bank name of the rows of this bank, from {@link #drawRows}
     * @param queries name of {@code (q, width)}
     */
    public DrawnNearest draw(DetectorGraph graph, String bank, String queries, int k) {
        OnnxGraph to = graph.graph();
        int kept = Math.min(k, size());
        int candidates = Math.min(kept + SPARE, size());
        String squares = to.apply("ReduceSumSquare", flat(), bank, to.integers(1));
        String bias = to.apply("Mul", squares, to.constant(-0.5f));
        String products = to.apply("Gemm", new Attributes().with("transB", 1), queries, bank, bias);
        String found =
                to.apply("TopK", last(), 2, products, to.integers(candidates)).get(1);
        String near = to.apply("Gather", bank, found);
        String differences = to.apply("Sub", near, to.apply("Unsqueeze", queries, to.integers(1)));
        String squared = to.apply("ReduceSumSquare", flat(), differences, to.integers(2));
        List<String> sorted = to.apply("TopK", last().with("largest", 0), 2, squared, to.integers(kept));
        return new DrawnNearest(sorted.get(0), to.apply("GatherElements", last(), found, sorted.get(1)));
    }

    private static Attributes last() {
        return new Attributes().with("axis", 1);
    }

    private static Attributes flat() {
        return new Attributes().with("keepdims", 0);
    }

    /** Inserts the highest products of a row into the candidates, which are in descending order. */
    private static void collect(
            float[] values, int at, int count, int offset, float[] best, int[] found, int query, int candidates) {
        int first = query * candidates;
        int last = first + candidates - 1;
        for (int i = 0; i < count; i++) {
            float value = values[at + i];
            if (value > best[last]) {
                int to = last;
                for (; to > first && value > best[to - 1]; to--) {
                    best[to] = best[to - 1];
                    found[to] = found[to - 1];
                }
                best[to] = value;
                found[to] = offset + i;
            }
        }
    }

    private void refine(
            float[] host, int query, int[] found, int candidates, double[] squared, int[] indices, int kept) {
        int[] order = Arrays.copyOfRange(found, query * candidates, (query + 1) * candidates);
        Arrays.sort(order);
        int first = query * kept;
        int count = 0;
        for (int index : order) {
            double distance = squaredDistance(host, query * width, rows, index * width, width);
            int to = first + count;
            for (; to > first && distance < squared[to - 1]; to--) {
                if (to < first + kept) {
                    squared[to] = squared[to - 1];
                    indices[to] = indices[to - 1];
                }
            }
            if (to < first + kept) {
                squared[to] = distance;
                indices[to] = index;
            }
            count = Math.min(count + 1, kept);
        }
    }

    /** Concatenates arrays of rows. */
    public static float[] joined(List<float[]> parts) {
        float[] all = new float
                [Math.toIntExact(parts.stream().mapToLong(part -> part.length).sum())];
        int at = 0;
        for (float[] part : parts) {
            System.arraycopy(part, 0, all, at, part.length);
            at += part.length;
        }
        return all;
    }

    /** Squared Euclidean distance of two rows. */
    public static double squaredDistance(float[] a, int at, float[] b, int bAt, int width) {
        double sum = 0;
        for (int i = 0; i < width; i++) {
            double difference = (double) a[at + i] - b[bAt + i];
            sum += difference * difference;
        }
        return sum;
    }
}
