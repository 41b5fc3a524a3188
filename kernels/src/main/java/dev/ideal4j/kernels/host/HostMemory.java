package dev.ideal4j.kernels.host;

import dev.ideal4j.core.Backend;
import dev.ideal4j.core.OutOfDeviceMemoryException;
import dev.ideal4j.core.Shape;
import dev.ideal4j.kernels.memory.DeviceMemory;
import dev.ideal4j.kernels.memory.ScopedStorage;
import java.lang.ref.WeakReference;
import java.util.function.IntFunction;

/** Arrays in the JVM's heap. The garbage collector frees them after their scope has released them. */
public final class HostMemory extends DeviceMemory {
    private static final int LARGEST = Integer.MAX_VALUE - 8 - CacheLine.START;

    /** Creates memory whose tensors belong to {@code backend}. */
    public HostMemory(Backend backend) {
        super(backend);
    }

    @Override
    protected Backend backend() {
        return super.backend();
    }

    @Override
    protected HostStorage floats(Shape shape) {
        return new HostStorage(this, array(shape, n -> new float[CacheLine.START + n]), null);
    }

    @Override
    protected HostStorage ints(Shape shape) {
        return new HostStorage(this, null, array(shape, int[]::new));
    }

    /**
     * The action refers to the storage weakly, so that the garbage collector can free the array of an unreachable
     * tensor before its scope closes.
     */
    @Override
    protected Runnable freeing(ScopedStorage storage) {
        WeakReference<ScopedStorage> weak = new WeakReference<>(storage);
        return () -> {
            ScopedStorage open = weak.get();
            if (open != null) {
                open.free();
            }
        };
    }

    private <A> A array(Shape shape, IntFunction<A> allocate) {
        if (shape.size() > LARGEST) {
            throw new OutOfDeviceMemoryException(backend().name(), bytes(shape), 4L * LARGEST);
        }
        try {
            return allocate.apply((int) shape.size());
        } catch (OutOfMemoryError e) {
            Runtime heap = Runtime.getRuntime();
            long free = heap.maxMemory() - heap.totalMemory() + heap.freeMemory();
            throw new OutOfDeviceMemoryException(backend().name(), bytes(shape), free);
        }
    }
}
