package dev.ideal4j.kernels.cuda;

import dev.ideal4j.kernels.gpu.runtime.GpuBuffer;
import dev.ideal4j.kernels.gpu.runtime.GpuKernel;
import dev.ideal4j.kernels.gpu.runtime.GpuRuntime;

/** A runtime that also launches the kernels for CUDA alone. */
public interface BlockRuntime extends GpuRuntime {
    /** Compute capability, as 90 for 9.0. */
    int capability();

    /** Bytes of shared memory that a block may take. */
    int sharedBytes();

    /**
     * Starts a kernel.
     *
     * @param arguments as for {@link GpuRuntime#launch}, and for pointers {@link Slice} or null
     */
    void launch(GpuKernel kernel, Blocks blocks, Object... arguments);

    /**
     * How many blocks, and what each has.
     *
     * @param threads of a block
     * @param sharedBytes dynamic shared memory of a block
     */
    record Blocks(int x, int y, int z, int threads, int sharedBytes) {}

    /**
     * A pointer into a buffer.
     *
     * @param offset bytes
     * @param owner kept reachable until the kernel is launched
     */
    record Slice(GpuBuffer buffer, long offset, Object owner) {}
}
