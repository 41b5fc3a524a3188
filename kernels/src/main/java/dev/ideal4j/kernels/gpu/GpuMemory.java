package dev.ideal4j.kernels.gpu;

import dev.ideal4j.core.Backend;
import dev.ideal4j.core.OutOfDeviceMemoryException;
import dev.ideal4j.core.Shape;
import dev.ideal4j.kernels.memory.DeviceMemory;

/** Device memory in scopes, from a pool of buffers. */
final class GpuMemory extends DeviceMemory {
    private final GpuRuntime runtime;
    private final BufferPool pool;

    GpuMemory(Backend backend, GpuRuntime runtime) {
        super(backend);
        this.runtime = runtime;
        this.pool = new BufferPool(runtime);
    }

    @Override
    protected GpuStorage floats(Shape shape) {
        return zeros(shape);
    }

    @Override
    protected GpuStorage ints(Shape shape) {
        return zeros(shape);
    }

    private GpuStorage zeros(Shape shape) {
        long bytes = bytes(shape);
        if (bytes == Long.MAX_VALUE) {
            throw new OutOfDeviceMemoryException(
                    backend().name(), bytes, runtime.device().largestBuffer());
        }
        GpuBuffer buffer = pool.take(Math.max(4, bytes));
        try {
            if (bytes > 0) {
                runtime.zero(buffer, bytes);
            }
        } catch (RuntimeException e) { // many drivers allocate at the first use only
            pool.giveBack(buffer);
            throw e;
        }
        return new GpuStorage(backend(), runtime, buffer, shape.size(), pool::giveBack);
    }

    @Override
    public void close() {
        try {
            super.close();
        } finally {
            pool.close();
        }
    }
}
