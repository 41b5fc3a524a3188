package dev.ideal4j.detectors.anomalydino;

import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.detectors.common.EuclideanBank;
import dev.ideal4j.detectors.common.EuclideanBank.Nearest;
import dev.ideal4j.detectors.common.MemoryBank;
import dev.ideal4j.detectors.onnx.DetectorGraph;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;

/** The memory bank of references, with the index that its metric needs. */
final class PatchBank {
    private final long size;
    private final Function<Tensor, float[]> distances;
    private final BiFunction<DetectorGraph, Tensor, String> drawn;

    private PatchBank(long size, Function<Tensor, float[]> distances, BiFunction<DetectorGraph, Tensor, String> drawn) {
        this.size = size;
        this.distances = distances;
        this.drawn = drawn;
    }

    /**
     * Creates a bank.
     *
     * @param parts arrays of rows, each {@code (n, width)}; at least one row in all
     * @param neighbours number of nearest rows over which distances are averaged
     * @param scope owns the bank
     */
    static PatchBank of(List<float[]> parts, int width, PatchMetric metric, int neighbours, Scope scope) {
        long rows = parts.stream().mapToLong(part -> part.length / width).sum();
        if (metric == PatchMetric.L2_NORMALIZED) {
            MemoryBank bank = cosine(parts, rows, width, scope);
            return new PatchBank(
                    rows, queries -> normalised(bank.nearest(queries, neighbours), queries), (graph, queries) -> {
                        String similar = graph.reduce("ReduceMean", bank.draw(graph, queries, neighbours));
                        return graph.apply("Sub", graph.graph().constant(1f), similar);
                    });
        }
        EuclideanBank bank = new EuclideanBank(EuclideanBank.joined(parts), width, scope);
        return new PatchBank(rows, queries -> root(bank.nearest(queries, neighbours)), (graph, queries) -> {
            String flat = graph.backend().value(queries, queries.shape().rows(), width);
            String squared =
                    bank.draw(graph, bank.drawRows(graph), flat, neighbours).squared();
            return graph.apply("Sqrt", graph.reduce("ReduceMean", squared));
        });
    }

    private static MemoryBank cosine(List<float[]> parts, long rows, int width, Scope scope) {
        try (MemoryBank.Builder builder = new MemoryBank.Builder(rows, width, scope)) {
            for (float[] part : parts) {
                try (Scope local = scope.backend().scope()) {
                    builder.add(local.upload(part, part.length / width, width));
                }
            }
            return builder.build();
        }
    }

    private static float[] normalised(float[] cosines, Tensor queries) {
        float[] distances = new float[queries.shape().rows()];
        int k = cosines.length / distances.length;
        for (int i = 0; i < distances.length; i++) {
            float sum = 0;
            for (int j = 0; j < k; j++) {
                sum += 1 - cosines[i * k + j];
            }
            distances[i] = sum / k;
        }
        return distances;
    }

    private static float[] root(Nearest nearest) {
        int k = nearest.k();
        float[] distances = new float[nearest.squared().length / k];
        for (int i = 0; i < distances.length; i++) {
            double sum = 0;
            for (int j = 0; j < k; j++) {
                sum += nearest.squared()[i * k + j];
            }
            distances[i] = (float) Math.sqrt(sum / k);
        }
        return distances;
    }

    /** Number of rows. */
    long size() {
        return size;
    }

    /**
     * Draws {@link #distances}.
     *
     * @return name of one value for each query
     */
    String draw(DetectorGraph graph, Tensor queries) {
        return drawn.apply(graph, queries);
    }

    /**
     * The distance of each patch to its nearest rows.
     *
     * @param queries {@code (q, width)} with any leading axes; not modified
     * @return one value for each query
     */
    float[] distances(Tensor queries) {
        return distances.apply(queries);
    }
}
