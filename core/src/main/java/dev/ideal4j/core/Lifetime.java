package dev.ideal4j.core;

import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Tracks the calls on an object that several threads share, from its opening to its closing. {@link #close} waits for
 * the running calls and refuses new ones. A thread inside a call may begin a nested call, even while {@link #close}
 * waits. Thread-safe.
 */
public final class Lifetime {
    private final String what;
    private final ReentrantReadWriteLock calls = new ReentrantReadWriteLock();
    private volatile boolean closed;
    private boolean freed;

    /**
     * Creates an open lifetime.
     *
     * @param what name of the object in messages, for instance {@code the backend cpu}
     */
    public Lifetime(String what) {
        this.what = what;
    }

    /** A running call. The thread that began the call must close it exactly once. */
    public interface Call extends AutoCloseable {
        /** A call on an object that is never closed. */
        Call NONE = () -> {};

        /** Runs work, then closes this call. */
        default void run(Runnable work) {
            compute(() -> {
                work.run();
                return null;
            });
        }

        /** Returns the result of work, and closes this call. */
        default <T extends @Nullable Object> T compute(Supplier<T> work) {
            try {
                return work.get();
            } finally {
                close();
            }
        }

        @Override
        void close();
    }

    /**
     * Begins a call.
     *
     * @throws ClosedException if the object is closed or another thread has begun to close it
     */
    public Call call() {
        if (closed && calls.getReadHoldCount() == 0) {
            throw new ClosedException(what);
        }
        calls.readLock().lock();
        // Another thread may have called close() between the check and the lock.
        if (closed && calls.getReadHoldCount() == 1) {
            calls.readLock().unlock();
            throw new ClosedException(what);
        }
        return calls.readLock()::unlock;
    }

    /**
     * Begins a call during which another object must stay open as well.
     *
     * @param needed begins the call on the other object
     * @throws ClosedException if this object or the other one is closed
     */
    public Call call(Supplier<Call> needed) {
        Call own = call();
        try {
            Call other = needed.get();
            return () -> {
                other.close();
                own.close();
            };
        } catch (RuntimeException | Error e) {
            own.close();
            throw e;
        }
    }

    /**
     * Refuses new calls, waits for the running calls and then runs {@code free}. A repeated call only waits until the
     * first one has finished.
     *
     * @param free frees the object; runs at most once
     * @throws IllegalStateException if the calling thread is itself inside a call; nothing is closed then
     */
    public void close(Runnable free) {
        if (calls.getReadHoldCount() > 0) {
            throw new IllegalStateException(what + " cannot be closed by a call that uses it");
        }
        closed = true;
        calls.writeLock().lock();
        try {
            if (!freed) {
                freed = true;
                free.run();
            }
        } finally {
            calls.writeLock().unlock();
        }
    }
}
