package dev.ideal4j.kernels.gpu.runtime;

import dev.ideal4j.core.ClosedException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * The buffers that a runtime has not freed. Drivers crash the process when a command uses memory that another thread frees
 * meanwhile: a command is given while nothing is freed, and only for buffers that are there. Thread-safe.
 *
 * @param <B> the runtime's buffers, compared by identity
 */
public final class LiveBuffers<B> {
    private final Consumer<B> release;
    private final Set<B> live = ConcurrentHashMap.newKeySet();
    private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();

    /**
     * None so far.
     *
     * @param release gives a buffer back to the driver
     */
    public LiveBuffers(Consumer<B> release) {
        this.release = release;
    }

    /** A buffer that has just been allocated. */
    public B add(B buffer) {
        live.add(buffer);
        return buffer;
    }

    /** A buffer for a command, inside {@link #using}. Throws {@link ClosedException} if it is freed. */
    public B require(B buffer) {
        if (!live.contains(buffer)) {
            throw new ClosedException("the tensor's scope");
        }
        return buffer;
    }

    /** Gives a command; until this returns no buffer is freed. */
    public <T> T using(Supplier<T> command) {
        lock.readLock().lock();
        try {
            return command.get();
        } finally {
            lock.readLock().unlock();
        }
    }

    /** Frees a buffer, unless it is freed. */
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

    /** Frees all. */
    public void freeAll() {
        live.forEach(this::free);
    }
}
