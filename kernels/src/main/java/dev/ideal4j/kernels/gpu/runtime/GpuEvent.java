package dev.ideal4j.kernels.gpu.runtime;

/** A point in a device's sequence of commands. It holds a resource of the driver until it is closed. */
public interface GpuEvent extends AutoCloseable {
    /** Returns the device time from {@code earlier} to this event in nanoseconds. Waits for both events. */
    long nanosSince(GpuEvent earlier);

    @Override
    void close();
}
