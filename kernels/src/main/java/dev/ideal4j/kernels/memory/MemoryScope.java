package dev.ideal4j.kernels.memory;

import dev.ideal4j.core.Backend;
import dev.ideal4j.core.Indices;
import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Shape;
import dev.ideal4j.core.Tensor;
import java.util.ArrayDeque;
import java.util.Deque;

/** A scope over a backend's {@link DeviceMemory}. */
final class MemoryScope implements Scope {
    private final DeviceMemory memory;
    private final Deque<AutoCloseable> owned = new ArrayDeque<>();
    private boolean closed;

    MemoryScope(DeviceMemory memory) {
        this.memory = memory;
    }

    @Override
    public Backend backend() {
        return memory.backend();
    }

    @Override
    public Tensor allocate(Shape shape) {
        return new Tensor(keep(memory.floats(shape)), 0, shape);
    }

    @Override
    public Indices allocateIndices(int... lengths) {
        Shape shape = Shape.of(lengths);
        return new Indices(keep(memory.ints(shape)), 0, shape);
    }

    private ScopedStorage keep(ScopedStorage storage) {
        memory.count(storage.bytes());
        RecordedSection section = memory.section();
        if (section != null) {
            section.opened();
        }
        own(() -> {
            storage.free();
            memory.count(-storage.bytes());
            if (section != null) {
                section.freed();
            }
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
