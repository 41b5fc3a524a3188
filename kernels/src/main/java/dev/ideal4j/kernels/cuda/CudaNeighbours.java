package dev.ideal4j.kernels.cuda;

import dev.ideal4j.core.Indices;
import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.ops.NeighbourIndex;
import dev.ideal4j.kernels.cuda.BlockRuntime.Blocks;
import dev.ideal4j.kernels.cuda.BlockRuntime.Slice;
import dev.ideal4j.kernels.gpu.GpuBackend;
import dev.ideal4j.kernels.gpu.GpuNeighbours;

/**
 * Nearest neighbours by {@code neighbours.cu}: candidates on tensor cores, then exact cosines of the candidates. The
 * portable kernels are used for few references, for many neighbours, and for widths that are not a multiple of 8.
 */
final class CudaNeighbours extends GpuNeighbours {
    private static final String FILE = "neighbours.cu";
    private static final int SIDE = CudaSources.number(FILE, "SIDE");
    private static final int THREADS = CudaSources.number(FILE, "THREADS");
    private static final int WARPS = THREADS / 32;
    private static final int BEST_THREADS = 32 * CudaSources.number(FILE, "BEST_WARPS");
    /**
     * The smallest number of references, because fewer are only one or two tiles. This number is an estimate and not
     * measured. Each list must be able to hold the requested neighbours.
     */
    private static final int LEAST_REFERENCES = 256;
    /** The number of candidates, beyond the requested neighbours, whose cosines are computed exactly. */
    private static final int EXACT_BEYOND = 64;

    /** The number of candidates kept in each list beyond the requested neighbours. */
    private static final int SLACK = 8;

    private static final int MOST_NEIGHBOURS = CudaSources.number(FILE, "MOST_KEPT") - SLACK;
    private static final int ROW_BYTES = CudaSources.number(FILE, "ROW_BYTES");
    private static final int ENTRY_BYTES = CudaSources.number(FILE, "ENTRY_BYTES");

    private final TensorCores cores;
    private final GpuBackend backend;

    CudaNeighbours(TensorCores cores, GpuBackend backend) {
        super(backend);
        this.cores = cores;
        this.backend = backend;
    }

    /** The references in every form that a search reads. */
    private static final class Index implements NeighbourIndex {
        private final CudaNeighbours owner;
        private final Tensor rows;
        /** The rows at unit length. */
        private final Tensor unit;
        /** The rows at unit length in bf16, or null. */
        private final Tensor rounded;

        private final Scope memory;
        private NeighbourIndex portable;

        Index(CudaNeighbours owner, Tensor rows, Tensor unit, Tensor rounded, Scope memory) {
            this.owner = owner;
            this.rows = rows;
            this.unit = unit;
            this.rounded = rounded;
            this.memory = memory;
        }

        @Override
        public Tensor rows() {
            return rows;
        }

        /** Returns the index for searches with the portable kernels. It is created at the first such search. */
        synchronized NeighbourIndex portable() {
            if (portable == null) {
                portable = owner.portableIndex(rows, memory);
            }
            return portable;
        }

        @Override
        public void close() {
            memory.close();
        }
    }

    @Override
    public NeighbourIndex index(Tensor references, Scope scope) {
        int count = references.shape().axis(0);
        int width = references.shape().axis(1);
        if (count < LEAST_REFERENCES || width % 8 != 0) {
            return super.index(references, scope);
        }
        Scope memory = backend.memoryWithin(scope);
        Tensor rows = memory.allocateUninitialised(references.shape());
        backend.copy(references, rows);
        Tensor unit = memory.allocateUninitialised(count, width);
        Tensor rounded = cores.isBf16() ? memory.allocateUninitialised(count, width / 2) : null;
        unit(references, count, width, unit, rounded);
        return new Index(this, rows, unit, rounded, memory);
    }

    private NeighbourIndex portableIndex(Tensor references, Scope scope) {
        return super.index(references, scope);
    }

    private void unit(Tensor rows, int count, int width, Tensor unit, Tensor rounded) {
        cores.launch(
                FILE,
                "unit_rows",
                new Blocks(TensorCores.blocks(count, WARPS), 1, 1, THREADS, 0),
                TensorCores.at(backend, rows),
                TensorCores.at(backend, unit),
                TensorCores.at(backend, rounded),
                count,
                width,
                width);
    }

    @Override
    public void topK(Tensor queries, NeighbourIndex index, int k, Tensor similarities, Indices indices) {
        if (!(index instanceof Index own)) {
            super.topK(queries, index, k, similarities, indices);
            return;
        }
        if (own.owner != this) {
            throw new InvalidInputException("index", "one of another backend", "one of this");
        }
        if (k > MOST_NEIGHBOURS || lists(k) == 0) {
            super.topK(queries, own.portable(), k, similarities, indices);
            return;
        }
        int count = queries.shape().rows();
        if (count == 0) {
            return;
        }
        search(queries, count, own, k, similarities, indices);
    }

    /**
     * Returns the number of lists of each query in a block: two if the device has enough shared memory, otherwise one,
     * or 0 if one does not fit either.
     */
    private int lists(int k) {
        return Math.min(2, Math.max(0, cores.sharedBytes() - ROW_BYTES) / (ENTRY_BYTES * (k + SLACK)));
    }

    private void search(Tensor queries, int count, Index index, int k, Tensor similarities, Indices indices) {
        int width = index.width();
        int kept = k + SLACK;
        int part = part(count, index.size());
        int parts = TensorCores.blocks(index.size(), part);
        int lists = lists(k);
        int candidates = lists * parts * kept;
        int sharedBytes = ROW_BYTES + ENTRY_BYTES * lists * kept;
        try (Scope scratch = backend.scope()) {
            Tensor unit = scratch.allocateUninitialised(count, width);
            Tensor rounded = cores.isBf16() ? scratch.allocateUninitialised(count, width / 2) : null;
            unit(queries, count, width, unit, rounded);
            Slice found = TensorCores.at(backend, scratch.allocateUninitialised(count, candidates)); // holds integers
            Slice rough = TensorCores.at(backend, scratch.allocateUninitialised(count, candidates));
            cores.launch(
                    FILE,
                    (cores.isBf16() ? "candidates_bf16_" : "candidates_tf32_") + lists,
                    new Blocks(TensorCores.blocks(count, SIDE), parts, 1, THREADS, sharedBytes),
                    TensorCores.at(backend, cores.isBf16() ? rounded : unit),
                    TensorCores.at(backend, cores.isBf16() ? index.rounded : index.unit),
                    found,
                    rough,
                    count,
                    index.size(),
                    width,
                    width,
                    part,
                    kept);
            cores.launch(
                    FILE,
                    "best_candidates",
                    new Blocks(count, 1, 1, BEST_THREADS, 8 * candidates),
                    TensorCores.at(backend, unit),
                    TensorCores.at(backend, index.unit),
                    found,
                    rough,
                    TensorCores.at(backend, similarities),
                    TensorCores.at(backend, indices),
                    width,
                    candidates,
                    k,
                    k + EXACT_BEYOND);
        }
    }

    /**
     * Returns the number of references of a part, rounded up to whole tiles. There are at most 32 parts, and enough of
     * them for two blocks on each multiprocessor.
     */
    private int part(int queries, int references) {
        int queryBlocks = TensorCores.blocks(queries, SIDE);
        int parts = Math.min(32, Math.max(1, 2 * cores.units() / queryBlocks));
        return TensorCores.padded(TensorCores.blocks(references, parts), SIDE);
    }
}
