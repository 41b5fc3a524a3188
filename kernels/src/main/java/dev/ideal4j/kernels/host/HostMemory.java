package dev.ideal4j.kernels.host;

import dev.ideal4j.core.Backend;
import dev.ideal4j.core.OutOfDeviceMemoryException;
import dev.ideal4j.core.Shape;
import dev.ideal4j.kernels.memory.DeviceMemory;
import dev.ideal4j.kernels.memory.ScopedStorage;
import java.lang.ref.WeakReference;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntFunction;

/**
 * Arrays in the JVM's heap. After their scope has released them, long arrays of floats are used again, and the garbage
 * collector frees the others.
 */
public final class HostMemory extends DeviceMemory {
    private static final int LARGEST = Integer.MAX_VALUE - 8 - CacheLine.START;
    /** Bytes of spare arrays, at most: a part of the heap, so that a small heap stays free. */
    private static final long MOST_SPARE = Runtime.getRuntime().maxMemory() / 4;

    private final SpareArrays spare = new SpareArrays();
    /** The largest {@link #liveBytes} so far. Spare arrays take twice as much at most: lengths differ within a pass. */
    private final AtomicLong most = new AtomicLong();

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
        return floats(shape, true);
    }

    @Override
    protected HostStorage uninitialised(Shape shape) {
        return floats(shape, false);
    }

    private HostStorage floats(Shape shape, boolean zero) {
        float[] array = array(shape, size -> {
            int length = CacheLine.START + size;
            float[] used = spare.take(length);
            if (used == null) {
                return new float[length];
            }
            if (zero) {
                Arrays.fill(used, 0);
            }
            return used;
        });
        most.accumulateAndGet(liveBytes() + bytes(shape), Math::max);
        return new HostStorage(this, array, null);
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
        long thread = Thread.currentThread().getId();
        return () -> {
            if (weak.get() instanceof HostStorage open) {
                float[] floats = open.release();
                // A scope that another thread closes may, by mistake, still be in use. Its arrays must not become those
                // of other scopes.
                if (floats != null && Thread.currentThread().getId() == thread) {
                    spare.give(floats, Math.min(2 * most.get(), MOST_SPARE) / Float.BYTES);
                }
            }
        };
    }

    @Override
    public void close() {
        try {
            super.close();
        } finally {
            spare.clear();
        }
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
