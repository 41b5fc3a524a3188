package dev.ideal4j.kernels.gpu.runtime;

/** A piece of device memory, from {@link GpuRuntime#allocate}. */
public interface GpuBuffer {
    /** Its size. */
    long bytes();
}
