package dev.ideal4j.kernels.memory;

import dev.ideal4j.core.ClosedException;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * The resources of a scope. This class does not refer to the scope, so that a scope that was never closed can become
 * unreachable and be detected.
 */
final class ScopeContents implements AutoCloseable {
    private final DeviceMemory memory;
    private final Deque<AutoCloseable> owned = new ArrayDeque<>();
    private boolean closed;

    ScopeContents(DeviceMemory memory) {
        this.memory = memory;
    }

    void own(AutoCloseable resource) {
        synchronized (owned) {
            if (!closed) {
                owned.push(resource);
                return;
            }
        }
        ClosedException error = memory.closedError("the scope");
        close(resource, error);
        throw error;
    }

    /** Frees all resources. Returns false if they have been freed already. */
    boolean free() {
        IllegalStateException error = new IllegalStateException("could not free a resource");
        synchronized (owned) {
            if (closed) {
                return false;
            }
            closed = true;
            while (!owned.isEmpty()) {
                close(owned.pop(), error);
            }
        }
        memory.closed(this);
        if (error.getSuppressed().length > 0) {
            throw error;
        }
        return true;
    }

    @Override
    public void close() {
        free();
    }

    /** Closes a resource and adds its exception to {@code error}. */
    static void close(AutoCloseable resource, IllegalStateException error) {
        try {
            resource.close();
        } catch (Exception e) {
            error.addSuppressed(e);
        }
    }
}
