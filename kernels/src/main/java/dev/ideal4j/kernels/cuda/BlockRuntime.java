package dev.ideal4j.kernels.cuda;

import dev.ideal4j.kernels.gpu.runtime.GpuBuffer;
import dev.ideal4j.kernels.gpu.runtime.GpuKernel;
import dev.ideal4j.kernels.gpu.runtime.GpuRuntime;

/** A runtime that can also launch the kernels that exist only for CUDA. */
public interface BlockRuntime extends GpuRuntime {
    /** Returns the compute capability, for example 90 for 9.0. */
    int capability();

    /** Returns the bytes of shared memory that a block may use. */
    int sharedBytes();

    /**
     * Starts a kernel.
     *
     * @param arguments as for {@link GpuRuntime#launch}; a pointer is a {@link Slice} or null
     */
    void launch(GpuKernel kernel, Blocks blocks, Object... arguments);

    /**
     * The number of blocks in each direction, and the size of a block.
     *
     * @param threads threads of a block
     * @param sharedBytes dynamic shared memory of a block in bytes
     */
    record Blocks(int x, int y, int z, int threads, int sharedBytes) {}

    /**
     * A pointer into a buffer.
     *
     * @param offset offset in bytes
     * @param owner object that is kept reachable until the kernel is launched
     */
    record Slice(GpuBuffer buffer, long offset, Object owner) {}
}
