package dev.ideal4j.core;

import org.jspecify.annotations.Nullable;

/**
 * Thrown if the thread was interrupted before or during its work, so that the work ended early. The interrupt flag of
 * the thread stays set. No partial result remains visible.
 */
public final class WorkInterruptedException extends Ideal4jException {
    private static final long serialVersionUID = 1L;

    /** Creates the exception. The message describes the unfinished work. */
    public WorkInterruptedException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    /**
     * Throws if the calling thread was interrupted. The check is cheap enough to call often.
     *
     * @throws WorkInterruptedException if the calling thread's interrupt flag is set
     */
    public static void check() {
        check(Thread.currentThread());
    }

    /**
     * Like {@link #check()}, for a worker thread that works on behalf of another thread.
     *
     * @param caller the thread that waits for the work
     */
    public static void check(Thread caller) {
        if (caller.isInterrupted()) {
            throw new WorkInterruptedException("interrupted: the thread was told to end its work", null);
        }
    }
}
