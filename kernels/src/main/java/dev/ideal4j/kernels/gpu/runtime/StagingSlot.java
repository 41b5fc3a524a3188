package dev.ideal4j.kernels.gpu.runtime;

import java.nio.ByteBuffer;

/**
 * A block of page-locked host memory of {@link StagedCopies#SLOT_BYTES} bytes for copies, with the runtime's resources
 * that let the copies run while kernels run. One thread uses it at a time.
 */
public interface StagingSlot extends AutoCloseable {
    /** Returns the host's view of the memory, in the device's byte order. */
    ByteBuffer bytes();

    /**
     * Copies the first {@code count} bytes of the slot to the device. The copy takes effect after the commands given so
     * far and before the commands given from now on. The transfer from the host waits for none of them. This method
     * does not wait.
     */
    void send(GpuBuffer to, long offset, int count);

    /**
     * Copies {@code count} bytes from the device after the commands up to {@code given}. This method does not wait:
     * the bytes have arrived after {@link #await}.
     */
    void fetch(GpuBuffer from, long offset, int count, GpuEvent given);

    /** Returns whether the last {@link #send} or {@link #fetch} has finished. */
    boolean isIdle();

    /** Waits until the last {@link #send} or {@link #fetch} has finished. */
    void await();

    /** Releases everything. The runtime has waited for its commands before. */
    @Override
    void close();
}
