package dev.ideal4j.kernels.cpu;

import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.ops.Activation;
import dev.ideal4j.core.ops.BlockWeights;
import dev.ideal4j.core.ops.PackedBlock;

/**
 * A transformer block for {@link BlockPass}: queries are multiplied by the factor of the scores, heads begin at whole
 * tiles, a tile of gates stands before its tile of values.
 *
 * @param scale1 null for 1
 * @param scale2 null for 1
 * @param memory holds all tensors
 */
record CpuBlock(
        CpuBackend backend,
        int width,
        int hidden,
        int heads,
        boolean gated,
        Activation activation,
        BlockWeights.Norm norm1,
        WeightRows qkv,
        WeightRows projection,
        Tensor scale1,
        BlockWeights.Norm norm2,
        WeightRows expand,
        WeightRows contract,
        Tensor scale2,
        Scope memory)
        implements PackedBlock {

    static CpuBlock pack(CpuBackend backend, InnerLoops loops, Workers workers, BlockWeights weights, Scope scope) {
        Scope memory = backend.memoryWithin(scope);
        int height = loops.tileRows();
        int width = weights.width();
        int hidden = weights.hidden();
        HeadAttention attention = new HeadAttention(loops, width / weights.heads(), 1);
        WeightRows qkv = WeightRows.pack(
                backend,
                loops,
                workers,
                weights.qkv(),
                3 * weights.heads() * attention.rows(),
                row -> {
                    int inHead = row % attention.rows();
                    return inHead < attention.depth() ? row / attention.rows() * attention.depth() + inHead : -1;
                },
                row -> row < width ? attention.factor() : 1,
                memory);
        int tiles = Panels.count(hidden, height);
        WeightRows expand = WeightRows.pack(
                backend,
                loops,
                workers,
                weights.expand(),
                (weights.gated() ? 2 : 1) * tiles * height,
                row -> {
                    int tile = row / height;
                    int channel = (weights.gated() ? tile / 2 : tile) * height + row % height;
                    return channel >= hidden ? -1 : weights.gated() && tile % 2 == 1 ? hidden + channel : channel;
                },
                row -> 1,
                memory);
        return new CpuBlock(
                backend,
                width,
                hidden,
                weights.heads(),
                weights.gated(),
                weights.activation(),
                copy(backend, weights.norm1(), memory),
                qkv,
                pack(backend, loops, workers, weights.projection(), memory),
                copy(backend, weights.scale1(), memory),
                copy(backend, weights.norm2(), memory),
                expand,
                pack(backend, loops, workers, weights.contract(), memory),
                copy(backend, weights.scale2(), memory),
                memory);
    }

    private static WeightRows pack(
            CpuBackend backend, InnerLoops loops, Workers workers, BlockWeights.Linear layer, Scope memory) {
        return WeightRows.pack(backend, loops, workers, layer, layer.out(), row -> row, row -> 1, memory);
    }

    private static BlockWeights.Norm copy(CpuBackend backend, BlockWeights.Norm norm, Scope memory) {
        return new BlockWeights.Norm(
                copy(backend, norm.gamma(), memory), copy(backend, norm.beta(), memory), norm.eps());
    }

    private static Tensor copy(CpuBackend backend, Tensor vector, Scope memory) {
        if (vector == null) {
            return null;
        }
        Tensor copy = memory.allocate(vector.shape());
        backend.copy(vector, copy);
        return copy;
    }

    /** The block as this backend packed it. */
    static CpuBlock of(PackedBlock block, CpuBackend backend) {
        if (block instanceof CpuBlock packed && packed.backend == backend) {
            return packed;
        }
        throw new InvalidInputException("block", "one packed by another backend", "one of this " + backend.name());
    }

    @Override
    public void close() {
        memory.close();
    }
}
