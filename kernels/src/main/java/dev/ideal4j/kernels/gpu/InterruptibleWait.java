package dev.ideal4j.kernels.gpu;

import dev.ideal4j.core.WorkInterruptedException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits for a device by asking again and again: the waits of drivers cannot be interrupted. */
public final class InterruptibleWait {
    /** Questions before the thread sleeps. */
    private static final int SPINS = 100;

    private static final long SHORTEST_NANOS = 20_000;
    private static final long LONGEST_NANOS = 1_000_000;

    /** A sleep is this much shorter than the wait so far, so that it makes the wait no more than 3 % longer. */
    private static final int SHARE = 32;

    private InterruptibleWait() {}

    /**
     * Returns when {@code isOver} says so.
     *
     * @throws WorkInterruptedException if the thread is interrupted before
     */
    public static void until(BooleanSupplier isOver) {
        long begin = System.nanoTime();
        for (int i = 0; !isOver.getAsBoolean(); i++) {
            WorkInterruptedException.check();
            if (i < SPINS) {
                Thread.onSpinWait();
            } else {
                long share = (System.nanoTime() - begin) / SHARE;
                LockSupport.parkNanos(Math.min(LONGEST_NANOS, Math.max(SHORTEST_NANOS, share)));
            }
        }
    }
}
