package dev.ideal4j.kernels.gpu.runtime;

/**
 * What the host side has to know of a device.
 *
 * @param name of the backend, as {@code opencl:0}
 * @param description one line for people
 * @param groupSize work-items of a work-group, a power of two; 1 for processors, which vectorise loops instead
 * @param units compute units
 * @param float64 whether kernels may use double precision
 * @param localBytes local memory that a work-group may take
 * @param memory bytes that may be allocated in all
 * @param largestBuffer bytes that one allocation may take
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
    /** Local memory that kernels ask for at most, however much there is: that of CUDA without any permission. */
    public static final long USUAL_LOCAL_BYTES = 48 << 10;

    /** Whether a work-group is a single work-item. */
    public boolean isProcessor() {
        return groupSize == 1;
    }
}
