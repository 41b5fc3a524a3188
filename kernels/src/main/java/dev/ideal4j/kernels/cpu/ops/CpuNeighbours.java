package dev.ideal4j.kernels.cpu.ops;

import static dev.ideal4j.kernels.host.HostStorage.offset;

import dev.ideal4j.core.Indices;
import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.ops.NeighbourIndex;
import dev.ideal4j.core.ops.Neighbours;
import dev.ideal4j.kernels.cpu.gemm.Panels;
import dev.ideal4j.kernels.cpu.loops.InnerLoops;
import dev.ideal4j.kernels.cpu.runtime.CpuRuntime;
import dev.ideal4j.kernels.cpu.runtime.Scratch;
import dev.ideal4j.kernels.cpu.runtime.Scratch.Use;
import dev.ideal4j.kernels.cpu.runtime.Workers;
import dev.ideal4j.kernels.host.CacheLine;

/**
 * Implements {@link Neighbours}. An index holds its rows as they were given and nothing else. A search normalises some
 * thousand of them at a time into panels, which all queries share. The cosines with many references are computed at a time
 * and offered to the {@link TopK} of each query while they are in the cache. {@link NeighbourTieBreaker} decides where
 * float32 is too inaccurate to determine the last neighbour.
 */
public final class CpuNeighbours implements Neighbours.Implementation {
    /** The number of queries of one task, a multiple of every tile height. */
    private static final int QUERIES = 48;

    /**
     * The number of references whose cosines with a task's queries are computed at once, a multiple of every tile width.
     * The cosines stay in the second-level cache.
     */
    private static final int COLUMNS = 1056;

    /** The number of elements of the references that are in panels at a time. */
    private static final int PACKED = 1 << 21;

    private final CpuRuntime cpu;
    private final InnerLoops loops;
    private final Workers workers;

    public CpuNeighbours(CpuRuntime cpu) {
        this.cpu = cpu;
        this.loops = cpu.loops();
        this.workers = cpu.workers();
    }

    /** The rows as given. */
    private record Index(CpuRuntime cpu, Tensor rows, Scope memory) implements NeighbourIndex {
        @Override
        public void close() {
            memory.close();
        }
    }

    @Override
    public NeighbourIndex index(Tensor references, Scope scope) {
        Scope memory = cpu.memoryWithin(scope);
        return new Index(cpu, memory.copy(references), memory);
    }

    @Override
    public void topK(Tensor queries, NeighbourIndex index, int k, Tensor similarities, Indices indices) {
        if (!(index instanceof Index own) || own.cpu != cpu) {
            throw new InvalidInputException(
                    "index",
                    "one of another backend",
                    "one of this " + cpu.backend().name());
        }
        int depth = index.width();
        int rows = queries.shape().rows();
        int kept = Math.min(index.size(), k + NeighbourTieBreaker.SPARE);
        float[] found = new float[Math.multiplyExact(rows, kept)];
        int[] places = new int[found.length];
        TopK[] best = new TopK[rows];
        for (int i = 0; i < rows; i++) {
            best[i] = new TopK(loops, kept, found, i * kept, places, i * kept);
        }
        int some = Math.min(index.size(), COLUMNS * Math.max(1, PACKED / COLUMNS / Math.max(1, depth)));
        Scratch shared = workers.borrow();
        try {
            float[] panels = shared.floats(Use.COLUMN_PANELS, Panels.length(some, loops.tileColumns(), depth));
            for (int first = 0; first < index.size(); first += some) {
                int from = first;
                int count = Math.min(some, index.size() - first);
                pack(own.rows, first, count, panels);
                workers.run(
                        Panels.count(rows, QUERIES),
                        (task, scratch) -> search(queries, task * QUERIES, panels, from, count, best, scratch));
            }
        } finally {
            workers.giveBack(shared);
        }
        float[] values = cpu.array(similarities);
        int[] positions = cpu.array(indices);
        NeighbourTieBreaker call = new NeighbourTieBreaker(cpu.array(queries), cpu.array(own.rows), depth);
        workers.rows(rows, kept, (i, scratch) -> {
            int at = i * kept;
            call.settle(offset(queries), i, offset(own.rows), k, kept, found, places, at);
            System.arraycopy(found, at, values, offset(similarities) + i * k, k);
            System.arraycopy(places, at, positions, (int) indices.offset() + i * k, k);
        });
    }

    private void pack(Tensor references, int first, int count, float[] panels) {
        int depth = references.shape().last();
        int width = loops.tileColumns();
        workers.run(Panels.count(count, width), (panel, scratch) -> {
            int from = panel * width;
            int some = Math.min(width, count - from);
            float[] unit = unitRows(references, first + from, some, scratch);
            Panels.ofRows(unit, 0, depth, some, depth, width, panels, CacheLine.START + from * depth);
        });
    }

    /** Offers the cosines of some queries and references. */
    private void search(
            Tensor queries, int first, float[] panels, int references, int size, TopK[] best, Scratch scratch) {
        int depth = queries.shape().last();
        int width = loops.tileColumns();
        int height = loops.tileRows();
        int rows = Math.min(QUERIES, best.length - first);
        float[] unit = unitRows(queries, first, rows, scratch);
        float[] packed = scratch.floats(Use.ROW_PANELS, Panels.length(rows, height, depth));
        Panels.ofRows(unit, 0, depth, rows, depth, height, packed, 0);
        int some = Math.min(COLUMNS, size + width - 1) / width * width;
        float[] cosines = scratch.floats(Use.TILES, QUERIES * some);
        for (int column = 0; column < size; column += some) {
            int end = Math.min(size, column + some);
            for (int panel = column; panel < end; panel += width) {
                for (int row = 0; row < rows; row += height) {
                    int to = CacheLine.START + row * some + panel - column;
                    int at = CacheLine.START + panel * depth;
                    loops.tile(depth, packed, row * depth, panels, at, cosines, to, some, false);
                }
            }
            for (int row = 0; row < rows; row++) {
                best[first + row].offer(cosines, CacheLine.START + row * some, end - column, references + column);
            }
        }
    }

    /** Returns rows scaled to length 1. Rows of zeros stay zero. */
    private float[] unitRows(Tensor x, int first, int count, Scratch scratch) {
        int depth = x.shape().last();
        float[] from = cpu.array(x);
        float[] unit = scratch.floats(Use.ROWS, count * depth);
        for (int i = 0; i < count; i++) {
            int at = offset(x) + (first + i) * depth;
            float norm = (float) Math.sqrt(loops.dot(from, at, from, at, depth));
            loops.scale(from, at, 1 / Math.max(norm, Neighbours.NORM_EPS), unit, i * depth, depth);
        }
        return unit;
    }
}
