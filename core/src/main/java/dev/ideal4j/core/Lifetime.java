package dev.ideal4j.core;

import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;

/**
 * The time between the opening and the closing of something that many threads use. {@link #close} waits for the calls
 * under way; calls that begin later are refused. A call may begin another one of the same thread, also while
 * {@link #close} waits. Thread-safe.
 */
public final class Lifetime {
    private final String what;
    private final ReentrantReadWriteLock calls = new ReentrantReadWriteLock();
    private volatile boolean closed;
    private boolean freed;

    /**
     * Begins now.
     *
     * @param what for messages, as {@code the backend cpu}
     */
    public Lifetime(String what) {
        this.what = what;
    }

    /** A call under way. The thread that began it closes it, once. */
    public interface Call extends AutoCloseable {
        /** A call of something that is never closed. */
        Call NONE = () -> {};

        @Override
        void close();
    }

    /**
     * Begins a call.
     *
     * @throws ClosedException if this is closed, or another thread has begun to close it
     */
    public Call call() {
        if (closed && calls.getReadHoldCount() == 0) {
            throw new ClosedException(what);
        }
        calls.readLock().lock();
        // close() may have come between the look and the lock.
        if (closed && calls.getReadHoldCount() == 1) {
            calls.readLock().unlock();
            throw new ClosedException(what);
        }
        return calls.readLock()::unlock;
    }

    /**
     * Begins a call that needs something else to stay open as well.
     *
     * @param needed begins the call of the other
     * @throws ClosedException if this or the other is closed
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

    /** Whether {@link #close} has begun. */
    public boolean isClosed() {
        return closed;
    }

    /**
     * Ends this: refuses new calls, waits for those under way, then frees. Does nothing if it has ended; returns when it is
     * over in any case.
     *
     * @param free runs at most once
     * @throws IllegalStateException if the calling thread is in the middle of a call; nothing is closed then
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
