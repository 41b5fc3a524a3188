package dev.ideal4j.kernels.host;

import dev.ideal4j.core.Backend;
import dev.ideal4j.core.Scope;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** The heap memory of one backend: opens its scopes, counts what they hold, and frees them all when it closes. */
public final class HostMemory implements AutoCloseable {
    private final Backend backend;
    private final AtomicLong liveBytes = new AtomicLong();
    private final Set<HostScope> open = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    /** Memory whose tensors belong to {@code backend}. */
    public HostMemory(Backend backend) {
        this.backend = backend;
    }

    /** Opens a scope. Throws {@link IllegalStateException} once the backend is closed. */
    public Scope scope() {
        HostScope scope = new HostScope(this);
        open.add(scope);
        if (closed) {
            scope.close();
            throw new IllegalStateException("backend " + backend.name() + " is closed");
        }
        return scope;
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
        open.forEach(scope -> HostScope.close(scope, error));
        if (error.getSuppressed().length > 0) {
            throw error;
        }
    }

    Backend backend() {
        return backend;
    }

    /** Counts memory held outside tensors (packed weights, indices); negative when it is freed. */
    public void count(long bytes) {
        liveBytes.addAndGet(bytes);
    }

    void closed(HostScope scope) {
        open.remove(scope);
    }
}
