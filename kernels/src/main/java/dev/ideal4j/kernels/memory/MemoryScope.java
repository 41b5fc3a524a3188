package dev.ideal4j.kernels.memory;

import dev.ideal4j.core.Backend;
import dev.ideal4j.core.Indices;
import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Shape;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.support.Watch;
import java.lang.ref.Reference;
import java.util.Arrays;

/** A scope on a backend's {@link DeviceMemory}. */
final class MemoryScope implements Scope {
    /** Whether uninitialised elements are set to NaN, for tests. */
    private static final boolean POISON = Boolean.getBoolean("ideal4j.poison");

    private final DeviceMemory memory;
    private final ScopeContents contents;
    /** The parent scope, kept reachable. Null if this scope is not part of another scope. */
    private final Scope parent;

    private final Watch watch;

    MemoryScope(DeviceMemory memory, ScopeContents contents, Scope parent) {
        this.memory = memory;
        this.contents = contents;
        this.parent = parent;
        // A dropped part needs no warning, because the parent scope owns it.
        String what =
                parent == null ? "a scope of the backend " + memory.backend().name() : null;
        this.watch = Watch.over(this, what, contents::free);
    }

    @Override
    public Backend backend() {
        return memory.backend();
    }

    @Override
    public Tensor allocate(Shape shape) {
        return new Tensor(keep(memory.floats(shape)), 0, shape, this);
    }

    @Override
    public Tensor allocateUninitialised(Shape shape) {
        Tensor tensor = new Tensor(keep(memory.uninitialised(shape)), 0, shape, this);
        if (POISON && memory.section() == null) { // recorded commands must not copy from the host
            float[] nan = new float[Math.toIntExact(shape.size())];
            Arrays.fill(nan, Float.NaN);
            tensor.write(nan);
        }
        return tensor;
    }

    @Override
    public Indices allocateIndices(int... lengths) {
        Shape shape = Shape.of(lengths);
        return new Indices(keep(memory.ints(shape)), 0, shape, this);
    }

    private ScopedStorage keep(ScopedStorage storage) {
        long bytes = storage.bytes();
        DeviceMemory counted = memory; // the action that frees the storage must not refer to this scope
        counted.count(bytes);
        RecordedSection section = memory.section();
        if (section != null) {
            section.opened();
        }
        Runnable free = memory.freeing(storage);
        own(() -> {
            free.run();
            counted.count(-bytes);
            if (section != null) {
                section.freed();
            }
        });
        return storage;
    }

    @Override
    public <T extends AutoCloseable> T own(T resource) {
        contents.own(resource);
        Reference.reachabilityFence(this);
        return resource;
    }

    @Override
    public void close() {
        try {
            contents.free();
        } finally {
            watch.close();
        }
        Reference.reachabilityFence(parent);
    }
}
