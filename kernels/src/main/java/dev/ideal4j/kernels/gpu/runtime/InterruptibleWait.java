package dev.ideal4j.kernels.gpu.runtime;

import dev.ideal4j.core.WorkInterruptedException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * Waits for a device. The waits of drivers cannot be interrupted. Polling takes time from a device that is a CPU (12 %
 * of a score of 10 ms on two cores). This class therefore uses the driver's wait if the previous wait was short, and
 * polls otherwise. Thread-safe.
 */
public final class InterruptibleWait {
    private static final long SHORT_NANOS = 200_000_000;
    private static final long PAUSE_NANOS = 1_000_000;

    private volatile long lastNanos = Long.MAX_VALUE;

    /** Creates a wait whose first use polls, because it may be long. */
    public InterruptibleWait() {}

    /**
     * Waits until {@code isOver} returns true.
     *
     * @param isOver whether the wait is over
     * @param driver the driver's wait, which returns when the wait is over
     * @throws WorkInterruptedException if the thread is interrupted before the wait, or during it unless the previous
     *     wait was short
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
