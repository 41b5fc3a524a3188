package dev.ideal4j.kernels.gpu;

/** A point in a device's sequence of commands. */
public interface GpuEvent {
    /** Device time from {@code earlier} to this event in nanoseconds; waits for both. */
    long nanosSince(GpuEvent earlier);
}
