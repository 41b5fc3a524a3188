package dev.ideal4j.kernels.gpu.runtime;

/** A kernel, ready to launch on the runtime that compiled it. */
public interface GpuKernel {
    /** Its name in the source. */
    String name();
}
