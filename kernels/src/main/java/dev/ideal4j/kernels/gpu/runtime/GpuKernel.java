package dev.ideal4j.kernels.gpu.runtime;

/** A kernel that is ready for launches on the runtime that compiled it. */
public interface GpuKernel {
    /** Returns the kernel's name in the source. */
    String name();
}
