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
 * Implements {@link Neighbours}. The cosines with many references are computed at a time and offered to the
 * {@link TopK} of each query while they are in the cache. {@link NeighbourTieBreaker} decides where float32 is too
 * inaccurate to determine the last neighbour.
 */
public final class CpuNeighbours implements Neighbours.Implementation {
    /** The number of queries of one task, a multiple of every tile height. */
    private static final int QUERIES = 48;

    /**
     * The number of references whose cosines with a task's queries are computed at once. The cosines stay in the
     * second-level cache.
     */
    private static final int COLUMNS = 1056;

    private final CpuRuntime cpu;
    private final InnerLoops loops;
    private final Workers workers;

    public CpuNeighbours(CpuRuntime cpu) {
        this.cpu = cpu;
        this.loops = cpu.loops();
        this.workers = cpu.workers();
    }

    /** The rows as given, and the normalised rows in panels. */
    private record Index(CpuRuntime cpu, Tensor rows, Tensor panels, Scope memory) implements NeighbourIndex {
        @Override
        public void close() {
            memory.close();
        }
    }

    @Override
    public NeighbourIndex index(Tensor references, Scope scope) {
        Scope memory = cpu.memoryWithin(scope);
        Tensor rows = memory.allocate(references.shape());
        int count = rows.shape().axis(0);
        int depth = rows.shape().last();
        int width = loops.tileColumns();
        Tensor panels = memory.allocate(Panels.length(count, width, depth));
        float[] from = cpu.array(references);
        float[] kept = cpu.array(rows);
        float[] to = cpu.array(panels);
        workers.run(Panels.count(count, width), (panel, scratch) -> {
            int first = panel * width;
            int some = Math.min(width, count - first);
            int at = first * depth;
            System.arraycopy(from, offset(references) + at, kept, offset(rows) + at, some * depth);
            float[] unit = unitRows(rows, first, some, scratch);
            Panels.ofRows(unit, 0, depth, some, depth, width, to, offset(panels) + first * depth);
        });
        return new Index(cpu, rows, panels, memory);
    }

    @Override
    public void topK(Tensor queries, NeighbourIndex index, int k, Tensor similarities, Indices indices) {
        if (!(index instanceof Index own) || own.cpu != cpu) {
            throw new InvalidInputException(
                    "index",
                    "one of another backend",
                    "one of this " + cpu.backend().name());
        }
        float[] panels = cpu.array(own.panels);
        int rows = queries.shape().rows();
        float[] values = cpu.array(similarities);
        int[] positions = cpu.array(indices);
        int kept = Math.min(index.size(), k + NeighbourTieBreaker.SPARE);
        workers.run(Panels.count(rows, QUERIES), (task, scratch) -> {
            int first = task * QUERIES;
            int count = Math.min(QUERIES, rows - first);
            float[] found = scratch.floats(Use.STATE, QUERIES * kept);
            int[] places = scratch.ints(QUERIES * kept);
            TopK[] best = new TopK[count];
            for (int i = 0; i < count; i++) {
                best[i] = new TopK(loops, kept, found, i * kept, places, i * kept);
            }
            search(queries, first, panels, offset(own.panels), index.size(), best, scratch);
            NeighbourTieBreaker call = new NeighbourTieBreaker(
                    cpu.array(queries), cpu.array(own.rows), queries.shape().last());
            for (int i = 0; i < count; i++) {
                int at = i * kept;
                call.settle(offset(queries), first + i, offset(own.rows), k, kept, found, places, at);
                System.arraycopy(found, at, values, offset(similarities) + (first + i) * k, k);
                System.arraycopy(places, at, positions, (int) indices.offset() + (first + i) * k, k);
            }
        });
    }

    private void search(
            Tensor queries, int first, float[] panels, int panelsAt, int size, TopK[] best, Scratch scratch) {
        int depth = queries.shape().last();
        int width = loops.tileColumns();
        int height = loops.tileRows();
        int rows = best.length;
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
                    loops.tile(depth, packed, row * depth, panels, panelsAt + panel * depth, cosines, to, some, false);
                }
            }
            for (int row = 0; row < rows; row++) {
                best[row].offer(cosines, CacheLine.START + row * some, end - column, column);
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
