package dev.ideal4j.core;

/**
 * The thread was interrupted while it worked, or before; the work ended early. The thread's interrupt flag stays set.
 * Nothing that is used afterwards holds a part of a result.
 */
public final class WorkInterruptedException extends Ideal4jException {
    private static final long serialVersionUID = 1L;

    /** With what was not finished. */
    public WorkInterruptedException(String message, Throwable cause) {
        super(message, cause);
    }

    /**
     * Ends work whose thread was interrupted. Costs nothing to call often.
     *
     * @throws WorkInterruptedException if the calling thread's interrupt flag is set
     */
    public static void check() {
        check(Thread.currentThread());
    }

    /**
     * As {@link #check()}, for threads that work for another.
     *
     * @param caller the thread that waits for the work
     */
    public static void check(Thread caller) {
        if (caller.isInterrupted()) {
            throw new WorkInterruptedException("interrupted: the thread was told to end its work", null);
        }
    }
}
