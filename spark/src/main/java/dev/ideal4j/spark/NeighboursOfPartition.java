package dev.ideal4j.spark;

import dev.ideal4j.core.Backend;
import dev.ideal4j.core.Indices;
import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.ops.NeighbourIndex;
import dev.ideal4j.core.ops.Neighbours;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;

/**
 * Finds the nearest rows of a partition for each query. The backend finds candidates in float32, in parts of the partition.
 * Their cosines are then computed in float64 and rounded once. The number of candidates is so large that no other row can be
 * among the nearest, given the error bound of float32.
 *
 * @param queries {@code (q, width)}
 * @param width width of a row
 * @param k number of neighbours of a query
 */
record NeighboursOfPartition(Broadcast<float[]> queries, int width, int k) implements MapPartitionsFunction<Row, Row> {
    /** Largest size in bytes of the rows that are searched at once. */
    private static final int PART = 48 << 20;

    /** Largest number of queries that are searched at once. */
    private static final int QUERIES = 512;

    /** Number of candidates beyond k in the first attempt. */
    private static final int SPARE = 8;

    /** A row and its cosine. */
    private record Near(float similarity, long index) implements Comparable<Near> {
        @Override
        public int compareTo(Near other) {
            boolean nan = Float.isNaN(similarity);
            if (nan != Float.isNaN(other.similarity)) {
                return nan ? 1 : -1;
            }
            return similarity > other.similarity
                    ? -1
                    : similarity < other.similarity ? 1 : Long.compare(index, other.index);
        }
    }

    @Override
    public Iterator<Row> call(Iterator<Row> bank) {
        float[] wanted = queries.value();
        int count = wanted.length / width;
        List<List<Near>> best = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            best.add(new ArrayList<>());
        }
        int capacity = Math.max(1, PART / Float.BYTES / width);
        float[] rows = new float[0];
        long[] indices = new long[0];
        int filled = 0;
        while (bank.hasNext()) {
            Row cell = bank.next();
            ByteBuffer features = ByteBuffer.wrap((byte[]) cell.get(1)).order(ByteOrder.LITTLE_ENDIAN);
            if (features.remaining() % (width * Float.BYTES) != 0) {
                throw new InvalidInputException(
                        "features of index " + cell.getLong(0),
                        features.remaining() + " bytes",
                        "rows of " + width + " float32");
            }
            int more = features.remaining() / (width * Float.BYTES);
            for (int taken = 0; taken < more; ) {
                int some = Math.min(more - taken, capacity - filled);
                if (filled + some > indices.length) {
                    int grown = Math.min(capacity, Math.max(filled + some, 2 * indices.length));
                    indices = Arrays.copyOf(indices, grown);
                    rows = Arrays.copyOf(rows, grown * width);
                }
                features.asFloatBuffer().get(rows, filled * width, some * width);
                features.position(features.position() + some * width * Float.BYTES);
                for (int i = 0; i < some; i++) {
                    indices[filled + i] = cell.getLong(0) + taken + i;
                }
                filled += some;
                taken += some;
                if (filled == capacity) {
                    search(wanted, rows, indices, filled, best);
                    filled = 0;
                }
            }
        }
        if (filled > 0) {
            search(wanted, rows, indices, filled, best);
        }
        List<Row> found = new ArrayList<>();
        for (int query = 0; query < count; query++) {
            for (Near near : best.get(query)) {
                found.add(RowFactory.create(query, near.index, near.similarity));
            }
        }
        return found.iterator();
    }

    private void search(float[] wanted, float[] rows, long[] indices, int count, List<List<Near>> best) {
        Backend backend = OncePerJvm.backend();
        try (Scope scope = backend.scope()) {
            Tensor bank = scope.allocateUninitialised(count, width);
            bank.write(count == indices.length ? rows : Arrays.copyOf(rows, count * width));
            NeighbourIndex index = backend.neighbours().index(bank, scope);
            for (int first = 0; first < best.size(); first += QUERIES) {
                int some = Math.min(QUERIES, best.size() - first);
                float[] queries = Arrays.copyOfRange(wanted, first * width, (first + some) * width);
                int[][] candidates = candidates(queries, some, (long) k + SPARE, index, backend);
                for (int i = 0; i < some; i++) {
                    List<Near> nearest = best.get(first + i);
                    for (int row : candidates[i]) {
                        nearest.add(new Near(cosine(queries, i * width, rows, row * width), indices[row]));
                    }
                    Collections.sort(nearest);
                    nearest.subList(Math.min(k, nearest.size()), nearest.size()).clear();
                }
            }
        }
    }

    /**
     * For each query, rows that certainly include its nearest rows: {@code kept} rows, or more if the similarities are too
     * close to decide.
     */
    private int[][] candidates(float[] queries, int count, long kept, NeighbourIndex index, Backend backend) {
        int some = (int) Math.min(kept, index.size());
        float[] values;
        int[] found;
        try (Scope scope = backend.scope()) {
            Tensor similarities = scope.allocate(count, some);
            Indices places = scope.allocateIndices(count, some);
            backend.neighbours().topK(scope.upload(queries, count, width), index, some, similarities, places);
            values = similarities.toArray();
            found = places.toArray();
        }
        int[][] candidates = new int[count][];
        for (int i = 0; i < count; i++) {
            int at = i * some;
            // With NaN at the k-th place the order is undecided, because a part's order is not the order of the
            // indices.
            boolean certain = some == index.size()
                    || !Float.isNaN(values[at + k - 1]) && !(values[at + some - 1] >= values[at + k - 1] - doubt());
            candidates[i] = certain
                    ? Arrays.copyOfRange(found, at, at + some)
                    : candidates(Arrays.copyOfRange(queries, i * width, (i + 1) * width), 1, 4 * kept, index, backend)[
                            0];
        }
        return candidates;
    }

    /**
     * Twice the error bound of a cosine in float32. The error comes from {@code width} roundings of the sum of products,
     * half as many roundings for the length of each row, and a few more for the length itself.
     */
    private float doubt() {
        return 2 * (2 * width + 8) * 0x1p-24f;
    }

    /** The cosine as in the reference backend: rows are normalised in float64, and their product is rounded once. */
    private float cosine(float[] queries, int query, float[] rows, int at) {
        double ofQuery = norm(queries, query);
        double ofRow = norm(rows, at);
        double sum = 0;
        for (int i = 0; i < width; i++) {
            sum += queries[query + i] / ofQuery * (rows[at + i] / ofRow);
        }
        return (float) sum;
    }

    private double norm(float[] rows, int at) {
        double sum = 0;
        for (int i = 0; i < width; i++) {
            sum += (double) rows[at + i] * rows[at + i];
        }
        return Math.max(Math.sqrt(sum), Neighbours.NORM_EPS);
    }
}
