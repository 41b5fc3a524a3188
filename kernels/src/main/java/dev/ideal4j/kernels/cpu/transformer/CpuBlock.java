package dev.ideal4j.kernels.cpu.transformer;

import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.ops.Activation;
import dev.ideal4j.core.ops.BlockWeights;
import dev.ideal4j.core.ops.PackedBlock;
import dev.ideal4j.kernels.cpu.gemm.Panels;
import dev.ideal4j.kernels.cpu.gemm.WeightPanels;
import dev.ideal4j.kernels.cpu.loops.InnerLoops;
import dev.ideal4j.kernels.cpu.runtime.CpuRuntime;

/**
 * A transformer block for {@link BlockPass}. The query weights are multiplied by the factor of the scores. Each head
 * begins at a whole tile. A tile of gates precedes its tile of values.
 *
 * @param scale1 null for 1
 * @param scale2 null for 1
 * @param memory holds all tensors
 */
record CpuBlock(
        CpuRuntime cpu,
        int width,
        int hidden,
        int heads,
        boolean gated,
        Activation activation,
        BlockWeights.Norm norm1,
        WeightPanels qkv,
        WeightPanels projection,
        Tensor scale1,
        BlockWeights.Norm norm2,
        WeightPanels expand,
        WeightPanels contract,
        Tensor scale2,
        Scope memory)
        implements PackedBlock {

    static CpuBlock pack(CpuRuntime cpu, BlockWeights weights, Scope scope) {
        Scope memory = cpu.memoryWithin(scope);
        InnerLoops loops = cpu.loops();
        int height = loops.tileRows();
        int width = weights.width();
        int hidden = weights.hidden();
        HeadAttention attention = new HeadAttention(loops, width / weights.heads(), 1);
        WeightPanels qkv = WeightPanels.pack(
                cpu,
                weights.qkv(),
                3 * weights.heads() * attention.rows(),
                row -> {
                    int inHead = row % attention.rows();
                    return inHead < attention.depth() ? row / attention.rows() * attention.depth() + inHead : -1;
                },
                row -> row < width ? attention.factor() : 1,
                memory);
        int tiles = Panels.count(hidden, height);
        WeightPanels expand = WeightPanels.pack(
                cpu,
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
                cpu,
                width,
                hidden,
                weights.heads(),
                weights.gated(),
                weights.activation(),
                copy(weights.norm1(), memory),
                qkv,
                pack(cpu, weights.projection(), memory),
                copy(weights.scale1(), memory),
                copy(weights.norm2(), memory),
                expand,
                pack(cpu, weights.contract(), memory),
                copy(weights.scale2(), memory),
                memory);
    }

    private static WeightPanels pack(CpuRuntime cpu, BlockWeights.Linear layer, Scope memory) {
        return WeightPanels.pack(cpu, layer, layer.out(), row -> row, row -> 1, memory);
    }

    private static BlockWeights.Norm copy(BlockWeights.Norm norm, Scope memory) {
        return new BlockWeights.Norm(copy(norm.gamma(), memory), copy(norm.beta(), memory), norm.eps());
    }

    private static Tensor copy(Tensor vector, Scope memory) {
        return vector == null ? null : memory.copy(vector);
    }

    /**
     * Returns the block as this backend packed it.
     *
     * @throws InvalidInputException if another backend packed the block
     */
    static CpuBlock of(PackedBlock block, CpuRuntime cpu) {
        if (block instanceof CpuBlock packed && packed.cpu == cpu) {
            return packed;
        }
        throw new InvalidInputException(
                "block",
                "one packed by another backend",
                "one of this " + cpu.backend().name());
    }

    @Override
    public void close() {
        memory.close();
    }
}
