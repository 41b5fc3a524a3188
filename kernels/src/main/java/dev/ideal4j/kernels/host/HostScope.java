package dev.ideal4j.kernels.host;

import dev.ideal4j.core.Backend;
import dev.ideal4j.core.Indices;
import dev.ideal4j.core.OutOfDeviceMemoryException;
import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Shape;
import dev.ideal4j.core.Tensor;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.IntFunction;

/** Heap memory with a scope's lifetime; the garbage collector takes it once the scope has let go. */
final class HostScope implements Scope {
    private static final int LARGEST = Integer.MAX_VALUE - 8;

    private final HostMemory memory;
    private final Deque<AutoCloseable> owned = new ArrayDeque<>();
    private boolean closed;

    HostScope(HostMemory memory) {
        this.memory = memory;
    }

    @Override
    public Backend backend() {
        return memory.backend();
    }

    @Override
    public Tensor allocate(Shape shape) {
        return new Tensor(keep(new HostStorage(backend(), array(shape, float[]::new), null)), 0, shape);
    }

    @Override
    public Indices allocateIndices(int... lengths) {
        Shape shape = Shape.of(lengths);
        return new Indices(keep(new HostStorage(backend(), null, array(shape, int[]::new))), 0, shape);
    }

    private <A> A array(Shape shape, IntFunction<A> allocate) {
        if (shape.size() > LARGEST) {
            throw outOfMemory(shape, 4L * LARGEST);
        }
        try {
            return allocate.apply((int) shape.size());
        } catch (OutOfMemoryError e) {
            Runtime heap = Runtime.getRuntime();
            throw outOfMemory(shape, heap.maxMemory() - heap.totalMemory() + heap.freeMemory());
        }
    }

    private OutOfDeviceMemoryException outOfMemory(Shape shape, long available) {
        long wanted = shape.size() > Long.MAX_VALUE / 4 ? Long.MAX_VALUE : 4 * shape.size();
        return new OutOfDeviceMemoryException(backend().name(), wanted, available);
    }

    private HostStorage keep(HostStorage storage) {
        memory.count(storage.bytes());
        own(() -> {
            storage.free();
            memory.count(-storage.bytes());
        });
        return storage;
    }

    @Override
    public <T extends AutoCloseable> T own(T resource) {
        synchronized (owned) {
            if (!closed) {
                owned.push(resource);
                return resource;
            }
        }
        IllegalStateException error = new IllegalStateException("the scope is closed");
        close(resource, error);
        throw error;
    }

    @Override
    public void close() {
        IllegalStateException error = new IllegalStateException("could not free a resource");
        synchronized (owned) {
            closed = true;
            while (!owned.isEmpty()) {
                close(owned.pop(), error);
            }
        }
        memory.closed(this);
        if (error.getSuppressed().length > 0) {
            throw error;
        }
    }

    /** Closes a resource; what it throws is added to {@code error}. */
    static void close(AutoCloseable resource, IllegalStateException error) {
        try {
            resource.close();
        } catch (Exception e) {
            error.addSuppressed(e);
        }
    }
}
