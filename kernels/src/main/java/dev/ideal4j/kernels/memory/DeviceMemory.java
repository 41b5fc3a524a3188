package dev.ideal4j.kernels.memory;

import dev.ideal4j.core.Backend;
import dev.ideal4j.core.ClosedException;
import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.Recording;
import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Shape;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** The memory of one backend. It opens scopes, counts the bytes that they hold, and frees them all when it closes. */
public abstract class DeviceMemory implements AutoCloseable {
    private final Backend backend;
    private final AtomicLong liveBytes = new AtomicLong();
    private final Set<ScopeContents> open = ConcurrentHashMap.newKeySet();
    /** The recorded section of each thread whose commands are being recorded. */
    private final ThreadLocal<RecordedSection> section = new ThreadLocal<>();

    private volatile boolean closed;

    /** Creates memory whose tensors belong to {@code backend}. */
    protected DeviceMemory(Backend backend) {
        this.backend = backend;
    }

    /** Returns storage for the float32 elements of a tensor, all 0. */
    protected abstract ScopedStorage floats(Shape shape);

    /** Same as {@link #floats}, but the content may be arbitrary if this is cheaper. */
    protected ScopedStorage uninitialised(Shape shape) {
        return floats(shape);
    }

    /** Returns storage for 32-bit integers, all 0. */
    protected abstract ScopedStorage ints(Shape shape);

    /** Returns the action that frees a storage. It runs once, when the scope closes. */
    protected Runnable freeing(ScopedStorage storage) {
        return storage::free;
    }

    /**
     * Opens a scope.
     *
     * @throws ClosedException if the backend is closed
     */
    public Scope scope() {
        return new MemoryScope(this, contents(), null);
    }

    private ScopeContents contents() {
        ScopeContents contents = new ScopeContents(this);
        open.add(contents);
        if (closed) {
            contents.close();
            throw closedError("the scope");
        }
        return contents;
    }

    /**
     * Creates the exception for the use of memory after it was freed.
     *
     * @param what name of the freed object for the message; if the backend is closed, the message names the backend
     *     instead
     */
    public final ClosedException closedError(String what) {
        return new ClosedException(closed ? "the backend " + backend.name() : what);
    }

    /**
     * Returns a scope for a prepared object (a packed weight, an index). The scope lives at most as long as
     * {@code scope}.
     *
     * @throws InvalidInputException if {@code scope} belongs to another backend
     */
    public Scope within(Scope scope) {
        if (scope.backend() != backend) {
            throw new InvalidInputException(
                    "scope", "one of " + scope.backend().name(), "one of this " + backend.name());
        }
        ScopeContents part = contents();
        scope.own(part);
        return new MemoryScope(this, part, scope);
    }

    /** Runs commands now and with each replay. Backends that gain nothing from recording use this. */
    public final Recording recordByRunning(Runnable commands) {
        Recording recording = new RepeatedCommands(this, commands);
        recording.replay();
        return recording;
    }

    /**
     * Runs commands of the calling thread under the rules of recorded commands.
     *
     * @throws InvalidInputException if the commands do something that recorded commands must not do
     */
    protected final void during(RecordedSection own, Runnable commands) {
        refuseWhileRecording("another recording");
        section.set(own);
        try {
            commands.run();
        } finally {
            section.remove();
        }
        own.requireReplayable();
    }

    /** Returns the section in which the calling thread's commands are recorded, or null if they are not recorded. */
    protected final RecordedSection section() {
        return section.get();
    }

    /**
     * Throws an exception for an operation that recorded commands must not perform.
     *
     * @throws InvalidInputException with the name of the operation, if the calling thread's commands are being recorded
     */
    public final void refuseWhileRecording(String operation) {
        RecordedSection own = section.get();
        if (own != null) {
            throw own.refused(operation);
        }
    }

    /** Returns the bytes held by open scopes. */
    public long liveBytes() {
        return liveBytes.get();
    }

    /** Closes every scope that is still open. The tensors of these scopes become unusable. */
    @Override
    public void close() {
        closed = true;
        IllegalStateException error = new IllegalStateException("could not free a scope");
        open.forEach(contents -> ScopeContents.close(contents, error));
        if (error.getSuppressed().length > 0) {
            throw error;
        }
    }

    /** Returns the backend that owns this memory. */
    protected Backend backend() {
        return backend;
    }

    /** Returns the bytes of a tensor of 4-byte elements, or the largest long if the number is too large. */
    protected static long bytes(Shape shape) {
        return shape.size() > Long.MAX_VALUE / 4 ? Long.MAX_VALUE : 4 * shape.size();
    }

    /** Adds to {@link #liveBytes}. */
    protected final void count(long bytes) {
        liveBytes.addAndGet(bytes);
    }

    void closed(ScopeContents contents) {
        open.remove(contents);
    }
}
