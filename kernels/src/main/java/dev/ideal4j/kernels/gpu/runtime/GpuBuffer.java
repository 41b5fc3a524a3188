package dev.ideal4j.kernels.gpu.runtime;

/** A block of device memory from {@link GpuRuntime#allocate}. */
public interface GpuBuffer {
    /** Returns the size in bytes. */
    long bytes();
}
