package dev.ideal4j.kernels.gpu.runtime;

/**
 * The properties of a device that the host side needs.
 *
 * @param name name of the backend, such as {@code opencl:0}
 * @param description one line in human-readable form
 * @param groupSize work-items of a work-group, a power of two; 1 for CPUs, which vectorise loops instead
 * @param units number of compute units
 * @param float64 whether kernels may use double precision
 * @param localBytes local memory that a work-group may use, in bytes
 * @param memory bytes that may be allocated in total
 * @param largestBuffer bytes that one allocation may have
 */
public record GpuDevice(
        String name,
        String description,
        int groupSize,
        int units,
        boolean float64,
        long localBytes,
        long memory,
        long largestBuffer) {
    /**
     * The local memory that kernels request at most, even if the device has more. A CUDA kernel may use this amount
     * without a special attribute.
     */
    public static final long USUAL_LOCAL_BYTES = 48 << 10;

    /** Returns whether the device is a CPU, on which a work-group is a single work-item. */
    public boolean isProcessor() {
        return groupSize == 1;
    }
}
