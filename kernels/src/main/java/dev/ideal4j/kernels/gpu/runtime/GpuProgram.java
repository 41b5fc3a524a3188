package dev.ideal4j.kernels.gpu.runtime;

/** A compiled source. */
public interface GpuProgram {
    /**
     * Returns one of the kernels.
     *
     * @throws IllegalArgumentException if the program has no kernel of this name
     */
    GpuKernel kernel(String name);
}
