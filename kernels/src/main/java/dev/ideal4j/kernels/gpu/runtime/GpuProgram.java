package dev.ideal4j.kernels.gpu.runtime;

/** A compiled source. */
public interface GpuProgram {
    /** One of its kernels. Throws {@link IllegalArgumentException} if it has none of this name. */
    GpuKernel kernel(String name);
}
