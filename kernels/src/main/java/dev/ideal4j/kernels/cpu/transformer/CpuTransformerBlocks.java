package dev.ideal4j.kernels.cpu.transformer;

import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.ops.BlockWeights;
import dev.ideal4j.core.ops.PackedBlock;
import dev.ideal4j.core.ops.Rotation;
import dev.ideal4j.core.ops.TransformerBlocks;
import dev.ideal4j.kernels.cpu.gemm.Panels;
import dev.ideal4j.kernels.cpu.loops.InnerLoops;
import dev.ideal4j.kernels.cpu.runtime.CpuRuntime;
import dev.ideal4j.kernels.cpu.runtime.Scratch;
import dev.ideal4j.kernels.cpu.runtime.Workers;
import java.util.List;

/** Implements {@link TransformerBlocks} by {@link BlockPass}. */
public final class CpuTransformerBlocks implements TransformerBlocks.Implementation {
    /**
     * The number of panels of a pass for each thread. It is high enough to distribute the work evenly and low enough to
     * use little memory.
     */
    private static final int PANELS = 32;

    private final CpuRuntime cpu;
    private final InnerLoops loops;
    private final Workers workers;

    public CpuTransformerBlocks(CpuRuntime cpu) {
        this.cpu = cpu;
        this.loops = cpu.loops();
        this.workers = cpu.workers();
    }

    @Override
    public PackedBlock pack(BlockWeights weights, Scope scope) {
        return CpuBlock.pack(cpu, weights, scope);
    }

    @Override
    public void forward(List<? extends PackedBlock> blocks, Rotation rotation, Tensor x) {
        List<CpuBlock> packed =
                blocks.stream().map(block -> CpuBlock.of(block, cpu)).toList();
        if (packed.isEmpty() || x.shape().size() == 0) {
            return;
        }
        int samples = x.shape().axis(0);
        int each = Panels.count(x.shape().axis(1), loops.tileColumns());
        int atOnce = Math.max(1, PANELS * workers.threads() / each);
        Scratch shared = workers.borrow();
        try {
            for (int first = 0; first < samples; first += atOnce) {
                Tensor some = x.slice(first, Math.min(atOnce, samples - first));
                new BlockPass(cpu, packed, rotation, some, shared).run();
            }
        } finally {
            workers.giveBack(shared);
        }
    }
}
