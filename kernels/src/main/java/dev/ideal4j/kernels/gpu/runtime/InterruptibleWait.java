package dev.ideal4j.kernels.gpu.runtime;

import dev.ideal4j.core.WorkInterruptedException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * Waits for a device. The waits of drivers cannot be interrupted, and asking again and again instead takes time from a device
 * that is a processor (12 % of a score of 10 ms on two cores). So the driver waits where the wait before was short.
 * Thread-safe.
 */
public final class InterruptibleWait {
    private static final long SHORT_NANOS = 200_000_000;
    private static final long PAUSE_NANOS = 1_000_000;

    private volatile long lastNanos = Long.MAX_VALUE;

    /** A first wait, which may be long. */
    public InterruptibleWait() {}

    /**
     * Returns when {@code isOver} says so.
     *
     * @param driver waits until then
     * @throws WorkInterruptedException if the thread is interrupted before, unless the wait before was short
     */
    public void until(BooleanSupplier isOver, Runnable driver) {
        WorkInterruptedException.check();
        long begin = System.nanoTime();
        if (lastNanos < SHORT_NANOS) {
            driver.run();
        } else {
            while (!isOver.getAsBoolean()) {
                LockSupport.parkNanos(PAUSE_NANOS);
                WorkInterruptedException.check();
            }
        }
        lastNanos = System.nanoTime() - begin;
    }
}
