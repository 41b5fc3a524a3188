package dev.ideal4j.kernels.gpu.runtime;

import java.nio.ByteBuffer;

/**
 * A piece of page-locked host memory that copies pass through, of {@link StagedCopies#SLOT_BYTES}, and what its runtime needs
 * beside it to make them run while kernels do. Used by one thread at a time.
 */
public interface StagingSlot extends AutoCloseable {
    /** The host's view of it, in the device's byte order. */
    ByteBuffer bytes();

    /**
     * Copies its first {@code count} bytes to the device: after the commands given so far and before those given from
     * now on, while the way from the host is gone without waiting for any of them. Does not wait.
     */
    void send(GpuBuffer to, long offset, int count);

    /** Copies {@code count} bytes from the device, after the commands up to {@code given}, and waits for them. */
    void fetch(GpuBuffer from, long offset, int count, GpuEvent given);

    /** Whether the last {@link #send} is over. */
    boolean isIdle();

    /** Waits until the last {@link #send} is over. */
    void await();

    /** Gives everything back; the runtime has waited for its commands. */
    @Override
    void close();
}
