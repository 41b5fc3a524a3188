package dev.ideal4j.kernels.gpu.runtime;

import dev.ideal4j.core.OutOfDeviceMemoryException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.TreeMap;

/**
 * Reuses the buffers of closed scopes, because drivers allocate slowly. Commands run in order, so a buffer can be
 * handed out again while commands that use it are still waiting.
 */
final class BufferPool implements AutoCloseable {
    private static final long SMALLEST = 256;

    private final GpuRuntime runtime;
    /** The idle buffers by size. */
    private final TreeMap<Long, Deque<GpuBuffer>> idle = new TreeMap<>();

    private long total;
    private long idleBytes;

    BufferPool(GpuRuntime runtime) {
        this.runtime = runtime;
    }

    /**
     * Returns a buffer of at least this size, with arbitrary content.
     *
     * @throws OutOfDeviceMemoryException if the device has too little memory
     */
    synchronized GpuBuffer take(long bytes) {
        GpuDevice device = runtime.device();
        if (bytes > device.largestBuffer()) {
            throw new OutOfDeviceMemoryException(device.name(), bytes, device.largestBuffer());
        }
        long size = size(bytes);
        Deque<GpuBuffer> same = idle.get(size);
        if (same != null) {
            GpuBuffer buffer = same.pop();
            if (same.isEmpty()) {
                idle.remove(size);
            }
            idleBytes -= size;
            return buffer;
        }
        if (total + size > device.memory()) {
            trim();
        }
        if (total + size > device.memory()) {
            throw new OutOfDeviceMemoryException(device.name(), bytes, Math.max(0, device.memory() - total));
        }
        GpuBuffer buffer = allocate(size);
        total += size;
        return buffer;
    }

    /** Returns the size in bytes of the buffer that {@link #take} gives. */
    long size(long bytes) {
        return Math.min(sizeClass(bytes), runtime.device().largestBuffer());
    }

    private GpuBuffer allocate(long size) {
        try {
            return runtime.allocate(size);
        } catch (OutOfDeviceMemoryException e) {
            if (idleBytes == 0) {
                throw e;
            }
            trim();
            return runtime.allocate(size);
        }
    }

    /** Takes back a buffer. No later command may use it until it is handed out again. */
    synchronized void giveBack(GpuBuffer buffer) {
        idle.computeIfAbsent(buffer.bytes(), size -> new ArrayDeque<>()).push(buffer);
        idleBytes += buffer.bytes();
        if (idleBytes > runtime.device().memory() / 4) {
            trim();
        }
    }

    /**
     * Rounds up to one of four sizes for each power of two. At most a quarter is wasted, and few sizes fit many
     * tensors.
     */
    static long sizeClass(long bytes) {
        if (bytes <= SMALLEST) {
            return SMALLEST;
        }
        long step = Long.highestOneBit(bytes - 1) / 4;
        return (bytes + step - 1) / step * step;
    }

    private void trim() {
        for (Map.Entry<Long, Deque<GpuBuffer>> entry : idle.entrySet()) {
            for (GpuBuffer buffer : entry.getValue()) {
                runtime.free(buffer);
                total -= buffer.bytes();
            }
        }
        idle.clear();
        idleBytes = 0;
    }

    @Override
    public synchronized void close() {
        trim();
    }
}
