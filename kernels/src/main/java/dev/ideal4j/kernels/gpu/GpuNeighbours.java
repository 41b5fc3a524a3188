package dev.ideal4j.kernels.gpu;

import dev.ideal4j.core.Indices;
import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.ops.Epilogue;
import dev.ideal4j.core.ops.NeighbourIndex;
import dev.ideal4j.core.ops.Neighbours;
import java.util.ArrayList;
import java.util.List;

/**
 * Implements {@link Neighbours}. {@link Gemm} computes tiles of cosines, and {@code neighbours.kc} merges each tile
 * into the best neighbours so far.
 */
public class GpuNeighbours implements Neighbours.Implementation {
    /** The number of references of one tile. */
    private static final int REFERENCES = 1024;

    /** The number of queries of one tile. At most 4 MiB of cosines are held for any number of references. */
    private static final int QUERIES = 1024;

    private final GpuBackend backend;
    private final Gemm gemm;
    private final Kernels kernels;

    /** Creates the operations of {@code backend}. */
    public GpuNeighbours(GpuBackend backend) {
        this.backend = backend;
        this.gemm = backend.gemm();
        this.kernels = backend.kernels("neighbours");
    }

    /**
     * The rows as given, and the normalised rows in parts of {@value #REFERENCES}, each of which is a right operand.
     */
    private record Index(GpuBackend backend, Tensor rows, List<Gemm.Right> parts, Scope memory)
            implements NeighbourIndex {
        @Override
        public void close() {
            memory.close();
        }
    }

    @Override
    public NeighbourIndex index(Tensor references, Scope scope) {
        Scope memory = backend.memoryWithin(scope);
        Tensor rows = memory.allocateUninitialised(references.shape());
        backend.copy(references, rows);
        int width = rows.shape().last();
        List<Gemm.Right> parts = new ArrayList<>();
        try (Scope scratch = backend.scope()) {
            Tensor unit = unit(rows, scratch);
            for (int first = 0; first < rows.shape().axis(0); first += REFERENCES) {
                int count = Math.min(REFERENCES, rows.shape().axis(0) - first);
                Matrix part = Matrix.of(unit.slice(first, count)).transposed();
                parts.add(gemm.prepare(part, 1, width, count, true, memory));
            }
        }
        return new Index(backend, rows, parts, memory);
    }

    private Tensor unit(Tensor rows, Scope scope) {
        Tensor unit = scope.allocateUninitialised(rows.shape());
        backend.normalization().l2(rows, Neighbours.NORM_EPS, unit);
        return unit;
    }

    @Override
    public void topK(Tensor queries, NeighbourIndex index, int k, Tensor similarities, Indices indices) {
        if (!(index instanceof Index own) || own.backend != backend) {
            throw new InvalidInputException("index", "one of another backend", "one of this " + backend.name());
        }
        int rows = queries.shape().rows();
        int width = queries.shape().last();
        try (Scope scratch = backend.scope()) {
            Tensor unit = unit(queries.reshape(rows, width), scratch);
            Best out = new Best(similarities.reshape(rows, k), indices, 0);
            for (int first = 0; first < Math.max(1, rows); first += QUERIES) {
                int count = Math.min(QUERIES, rows - first);
                search(unit.slice(first, count), own, k, out.slice(first, count, k));
            }
        }
    }

    /**
     * The k best neighbours of some queries. The positions begin at an offset, because {@link Indices} have no slices.
     */
    private record Best(Tensor values, Indices positions, int first) {
        Best slice(int from, int count, int k) {
            return new Best(values.slice(from, count), positions, (first + from) * k);
        }
    }

    private void search(Tensor unit, Index index, int k, Best out) {
        int rows = unit.shape().axis(0);
        int parts = index.parts.size();
        try (Scope scratch = backend.scope()) {
            Tensor tile = scratch.allocateUninitialised(rows, Math.min(REFERENCES, index.size()));
            Best other = new Best(scratch.allocateUninitialised(rows, k), scratch.allocateIndices(rows, k), 0);
            int found = 0;
            for (int part = 0; part < parts; part++) {
                int first = part * REFERENCES;
                int columns = Math.min(REFERENCES, index.size() - first);
                Tensor cosines = tile.reshape((int) tile.shape().size())
                        .slice(0, rows * columns)
                        .reshape(rows, columns);
                Gemm.Sizes sizes = new Gemm.Sizes(1, rows, index.width(), columns);
                gemm.run(Matrix.of(unit), index.parts.get(part), sizes, null, Epilogue.NONE, cosines);
                // The two lists alternate so that the last merge writes the caller's list.
                boolean toOut = (parts - part) % 2 == 1;
                int next = Math.min(k, found + columns);
                merge(cosines, first, toOut ? other : out, found, toOut ? out : other, next, k);
                found = next;
            }
        }
    }

    private void merge(Tensor tile, int first, Best old, int count, Best merged, int newCount, int k) {
        kernels.launch("merge")
                .in(tile)
                .with(tile.shape().axis(1), first)
                .in(old.values)
                .in(old.positions, old.first)
                .with(count)
                .out(merged.values)
                .out(merged.positions, merged.first)
                .with(newCount, k)
                .rows(tile.shape().axis(0));
    }
}
