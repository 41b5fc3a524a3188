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

/** The memory of one backend: opens its scopes, counts what they hold, and frees them all when it closes. */
public abstract class DeviceMemory implements AutoCloseable {
    private final Backend backend;
    private final AtomicLong liveBytes = new AtomicLong();
    private final Set<ScopeContents> open = ConcurrentHashMap.newKeySet();
    /** Of each thread whose commands are being recorded. */
    private final ThreadLocal<RecordedSection> section = new ThreadLocal<>();

    private volatile boolean closed;

    /** Memory whose tensors belong to {@code backend}. */
    protected DeviceMemory(Backend backend) {
        this.backend = backend;
    }

    /** Storage for the float32 elements of a tensor, all 0. */
    protected abstract ScopedStorage floats(Shape shape);

    /** As {@link #floats}, of any content where that is cheaper. */
    protected ScopedStorage uninitialised(Shape shape) {
        return floats(shape);
    }

    /** Storage for 32-bit integers, all 0. */
    protected abstract ScopedStorage ints(Shape shape);

    /** What frees a storage, later and once. */
    protected Runnable freeing(ScopedStorage storage) {
        return storage::free;
    }

    /** Opens a scope. Throws {@link ClosedException} once the backend is closed. */
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

    /** For the use of something of this memory after it was freed; says so of the backend where that is closed. */
    public final ClosedException closedError(String what) {
        return new ClosedException(closed ? "the backend " + backend.name() : what);
    }

    /** A scope for something prepared (a packed weight, an index) that lives as long as {@code scope}, or shorter. */
    public Scope within(Scope scope) {
        if (scope.backend() != backend) {
            throw new InvalidInputException(
                    "scope", "one of " + scope.backend().name(), "one of this " + backend.name());
        }
        ScopeContents part = contents();
        scope.own(part);
        return new MemoryScope(this, part, scope);
    }

    /** Runs commands, now and with each replay: a recording for backends that gain nothing by keeping them. */
    public final Recording recordByRunning(Runnable commands) {
        Recording recording = new RepeatedCommands(this, commands);
        recording.replay();
        return recording;
    }

    /**
     * Runs commands of the calling thread as ones to record.
     *
     * @throws InvalidInputException if they do what recorded commands must not
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

    /** Where the calling thread's commands are recorded; null if they are not. */
    protected final RecordedSection section() {
        return section.get();
    }

    /**
     * For what recorded commands must not do.
     *
     * @throws InvalidInputException naming the operation, if the calling thread's commands are being recorded
     */
    public final void refuseWhileRecording(String operation) {
        RecordedSection own = section.get();
        if (own != null) {
            throw own.refused(operation);
        }
    }

    /** Bytes held by open scopes. */
    public long liveBytes() {
        return liveBytes.get();
    }

    /** Closes every scope still open: their tensors become unusable. */
    @Override
    public void close() {
        closed = true;
        IllegalStateException error = new IllegalStateException("could not free a scope");
        open.forEach(contents -> ScopeContents.close(contents, error));
        if (error.getSuppressed().length > 0) {
            throw error;
        }
    }

    /** The backend whose memory this is. */
    protected Backend backend() {
        return backend;
    }

    /** Bytes of that many 4-byte elements; the largest number if there are too many to count. */
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
