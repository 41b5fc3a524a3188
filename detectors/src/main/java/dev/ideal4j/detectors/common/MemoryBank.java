package dev.ideal4j.detectors.common;

import dev.ideal4j.core.Backend;
import dev.ideal4j.core.Indices;
import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.ops.NeighbourIndex;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Rows of features among which the nearest by cosine is looked for. They lie in parts that are searched one after the
 * other, so that there may be more rows than one array holds, and the similarities of no more than one part are at hand
 * at a time. Immutable and thread-safe; belongs to the scope it was made in.
 */
public final class MemoryBank {
    /** Rows of a part; the last may have fewer. */
    private static final int PART = 1 << 16;

    private final List<NeighbourIndex> parts;
    private final int width;

    private MemoryBank(List<NeighbourIndex> parts, int width) {
        this.parts = List.copyOf(parts);
        this.width = width;
    }

    /** Gathers a known number of rows, part by part. Closed when done, whether or not a bank was built. */
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
         * @param rows how many will be added, 1 or more
         * @param owner of the bank to be
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

        /** The bank of all rows, once they are there. */
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
     * @return q values
     */
    public float[] nearest(Tensor queries) {
        return nearest(queries, 1);
    }

    /**
     * Cosines of each query to its nearest rows.
     *
     * @param queries {@code (q, width)} with any leading axes; not modified
     * @param k how many; all rows if there are fewer
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

    /** Puts a value among descending ones, of which the lowest is lost; NaN is the lowest. */
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

    /** The parts' rows as they were given, each {@code (n, width)}; the bank's own. */
    public List<Tensor> parts() {
        return parts.stream().map(NeighbourIndex::rows).toList();
    }
}
