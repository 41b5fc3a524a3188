package dev.ideal4j.kernels.host;

import dev.ideal4j.core.Backend;
import dev.ideal4j.core.Indices;
import dev.ideal4j.core.OutOfDeviceMemoryException;
import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Shape;
import dev.ideal4j.core.Tensor;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.atomic.AtomicLong;

/** Heap memory with a scope's lifetime; the garbage collector takes it once the scope has let go. */
public final class HostScope implements Scope {
    private static final int LARGEST = Integer.MAX_VALUE - 8;

    private final Backend backend;
    private final AtomicLong liveBytes;
    private final Deque<AutoCloseable> owned = new ArrayDeque<>();
    private boolean closed;

    /**
     * @param backend allocates for it
     * @param liveBytes the backend's count, kept up to date
     */
    public HostScope(Backend backend, AtomicLong liveBytes) {
        this.backend = backend;
        this.liveBytes = liveBytes;
    }

    @Override
    public Backend backend() {
        return backend;
    }

    @Override
    public Tensor allocate(Shape shape) {
        return new Tensor(keep(new HostStorage(backend, new float[length(shape)], null)), 0, shape);
    }

    @Override
    public Indices allocateIndices(int... lengths) {
        Shape shape = Shape.of(lengths);
        return new Indices(keep(new HostStorage(backend, null, new int[length(shape)])), 0, shape);
    }

    private int length(Shape shape) {
        if (closed) {
            throw new IllegalStateException("the scope is closed");
        }
        if (shape.size() > LARGEST) {
            throw new OutOfDeviceMemoryException(backend.name(), 4 * shape.size(), 4L * LARGEST);
        }
        return (int) shape.size();
    }

    private HostStorage keep(HostStorage storage) {
        liveBytes.addAndGet(storage.bytes());
        owned.push(() -> {
            storage.free();
            liveBytes.addAndGet(-storage.bytes());
        });
        return storage;
    }

    @Override
    public <T extends AutoCloseable> T own(T resource) {
        owned.push(resource);
        return resource;
    }

    @Override
    public void close() {
        closed = true;
        while (!owned.isEmpty()) {
            try {
                owned.pop().close();
            } catch (Exception e) {
                throw new IllegalStateException("could not free a resource", e);
            }
        }
    }
}
