package dev.ideal4j.kernels.gpu.runtime;

import dev.ideal4j.core.ClosedException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * The buffers that a runtime has not freed. Drivers crash the process if a command uses memory that another thread
 * frees at the same time. For this reason, no buffer is freed while a command is given, and commands are given only for
 * existing buffers. Thread-safe.
 *
 * @param <B> the runtime's buffers, compared by identity
 */
public final class LiveBuffers<B> {
    private final Consumer<B> release;
    private final Set<B> live = ConcurrentHashMap.newKeySet();
    private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();

    /**
     * Creates an empty set.
     *
     * @param release returns a buffer to the driver
     */
    public LiveBuffers(Consumer<B> release) {
        this.release = release;
    }

    /** Adds a buffer that has just been allocated, and returns it. */
    public B add(B buffer) {
        live.add(buffer);
        return buffer;
    }

    /**
     * Checks a buffer for a command inside {@link #using}, and returns it.
     *
     * @throws ClosedException if the buffer has been freed
     */
    public B require(B buffer) {
        if (!live.contains(buffer)) {
            throw new ClosedException("the tensor's scope");
        }
        return buffer;
    }

    /** Gives a command. No buffer is freed until this method returns. */
    public <T> T using(Supplier<T> command) {
        lock.readLock().lock();
        try {
            return command.get();
        } finally {
            lock.readLock().unlock();
        }
    }

    /** Frees a buffer, unless it has been freed already. */
    public void free(B buffer) {
        lock.writeLock().lock();
        try {
            if (live.remove(buffer)) {
                release.accept(buffer);
            }
        } finally {
            lock.writeLock().unlock();
        }
    }

    /** Frees all buffers. */
    public void freeAll() {
        live.forEach(this::free);
    }
}
