package dev.ideal4j.detectors.common;

import dev.ideal4j.backbone.onnx.OnnxGraph.Attributes;
import dev.ideal4j.core.Backend;
import dev.ideal4j.core.Indices;
import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.ops.NeighbourIndex;
import dev.ideal4j.core.ops.Neighbours;
import dev.ideal4j.detectors.onnx.DetectorGraph;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Rows of features for nearest-neighbour search by cosine. The rows are divided into parts that are searched one after
 * another. Therefore the bank may have more rows than one array can hold, and only the similarities of one part are in memory
 * at a time. Immutable and thread-safe; belongs to the scope it was made in.
 */
public final class MemoryBank {
    /** Rows of a part; the last part may have fewer. */
    private static final int PART = 1 << 16;

    private final List<NeighbourIndex> parts;
    private final int width;

    private MemoryBank(List<NeighbourIndex> parts, int width) {
        this.parts = List.copyOf(parts);
        this.width = width;
    }

    /** Collects a known number of rows, part by part. Close the builder at the end, whether or not a bank was built. */
    public static final class Builder implements AutoCloseable {
        private final Scope owner;
        private final int width;
        private final List<NeighbourIndex> parts = new ArrayList<>();
        private long missing;
        private Scope memory;
        private Tensor part;
        private int filled;

        /**
         * An empty bank.
         *
         * @param rows number of rows that will be added, 1 or more
         * @param width width of a row
         * @param owner scope that will own the bank
         */
        public Builder(long rows, int width, Scope owner) {
            this.owner = owner;
            this.width = width;
            this.missing = rows;
        }

        /**
         * Adds rows.
         *
         * @param rows {@code (n, width)} with any leading axes; copied
         */
        public void add(Tensor rows) {
            int count = rows.shape().rows();
            Tensor flat = rows.reshape(count, width);
            for (int first = 0; first < count; ) {
                if (part == null) {
                    memory = owner.backend().scope();
                    part = memory.allocate((int) Math.min(PART, missing), width);
                }
                int some = Math.min(count - first, part.shape().axis(0) - filled);
                owner.backend().copy(flat.slice(first, some), part.slice(filled, some));
                filled += some;
                first += some;
                if (filled == part.shape().axis(0)) {
                    missing -= filled;
                    parts.add(owner.backend().neighbours().index(part, owner));
                    close();
                }
            }
        }

        /**
         * Builds the bank of all rows.
         *
         * @throws IllegalStateException if fewer rows were added than announced
         */
        public MemoryBank build() {
            if (missing != 0) {
                throw new IllegalStateException(missing + " rows are missing");
            }
            return new MemoryBank(parts, width);
        }

        @Override
        public void close() {
            if (memory != null) {
                memory.close();
            }
            memory = null;
            part = null;
            filled = 0;
        }
    }

    /** Number of rows. */
    public long size() {
        return parts.stream().mapToLong(NeighbourIndex::size).sum();
    }

    /** Width of a row. */
    public int width() {
        return width;
    }

    /**
     * Cosine of each query to its nearest row.
     *
     * @param queries {@code (q, width)} with any leading axes; not modified
     * @return one value for each query
     */
    public float[] nearest(Tensor queries) {
        return nearest(queries, 1);
    }

    /**
     * Cosines of each query to its nearest rows.
     *
     * @param queries {@code (q, width)} with any leading axes; not modified
     * @param k number of rows per query; all rows if the bank has fewer
     * @return {@code (q, k)}, the highest first
     */
    public float[] nearest(Tensor queries, int k) {
        Backend backend = queries.backend();
        int rows = queries.shape().rows();
        int kept = (int) Math.min(k, size());
        float[] nearest = new float[Math.multiplyExact(rows, kept)];
        Arrays.fill(nearest, Float.NEGATIVE_INFINITY);
        for (NeighbourIndex part : parts) {
            int some = Math.min(kept, part.size());
            try (Scope local = backend.scope()) {
                Tensor similarities = local.allocate(rows, some);
                Indices indices = local.allocateIndices(rows, some);
                backend.neighbours().topK(queries, part, some, similarities, indices);
                float[] found = similarities.toArray();
                for (int i = 0; i < found.length; i++) {
                    insert(found[i], nearest, i / some * kept, kept);
                }
            }
        }
        return nearest;
    }

    /**
     * Draws {@link #nearest(Tensor, int)}.
     *
     * @param queries {@code (q, width)} with any leading axes, on the backend of the graph
     * @return name of {@code (q, k)}
     */
    public String draw(DetectorGraph graph, Tensor queries, int k) {
        int rows = queries.shape().rows();
        int kept = (int) Math.min(k, size());
        String[] found = new String[parts.size()];
        for (int i = 0; i < found.length; i++) {
            int some = Math.min(kept, parts.get(i).size());
            Tensor similarities = graph.scope().allocate(rows, some);
            Neighbours search = graph.backend().neighbours();
            NeighbourIndex index = search.index(graph.constant(parts.get(i).rows()), graph.scope());
            search.topK(queries, index, some, similarities, graph.scope().allocateIndices(rows, some));
            found[i] = graph.backend().value(similarities);
        }
        if (found.length == 1) {
            return found[0];
        }
        return graph.highest(graph.graph().apply("Concat", new Attributes().with("axis", 1), found), kept);
    }

    /** Inserts a value into a descending list and drops the lowest value. NaN counts as the lowest value. */
    private static void insert(float value, float[] values, int first, int count) {
        int at = first + count;
        for (; at > first && value > values[at - 1]; at--) {
            if (at < first + count) {
                values[at] = values[at - 1];
            }
        }
        if (at < first + count) {
            values[at] = value;
        }
    }

    /** The rows of each part as they were given, {@code (n, width)}. The tensors belong to the bank. */
    public List<Tensor> parts() {
        return parts.stream().map(NeighbourIndex::rows).toList();
    }
}
