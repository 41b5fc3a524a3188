package dev.ideal4j.kernels.gpu.runtime;

import dev.ideal4j.core.Backend;
import dev.ideal4j.core.Indices;
import dev.ideal4j.core.OutOfDeviceMemoryException;
import dev.ideal4j.core.Recording;
import dev.ideal4j.core.Shape;
import dev.ideal4j.kernels.memory.DeviceMemory;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;

/**
 * Device memory in scopes. Buffers come from a pool. The scratch memory of recorded commands comes from the recording.
 */
public final class GpuMemory extends DeviceMemory {
    private final GpuRuntime runtime;
    private final BufferPool pool;
    private final Queue<GpuStorage> constants = new ConcurrentLinkedQueue<>();
    private final Set<GpuRecording> recordings = ConcurrentHashMap.newKeySet();

    public GpuMemory(Backend backend, GpuRuntime runtime) {
        super(backend);
        this.runtime = runtime;
        this.pool = new BufferPool(runtime);
    }

    @Override
    protected GpuStorage floats(Shape shape) {
        return storage(shape, true);
    }

    @Override
    protected GpuStorage uninitialised(Shape shape) {
        return storage(shape, false);
    }

    @Override
    protected GpuStorage ints(Shape shape) {
        return storage(shape, true);
    }

    private GpuStorage storage(Shape shape, boolean zero) {
        long bytes = bytes(shape);
        if (bytes == Long.MAX_VALUE) {
            throw new OutOfDeviceMemoryException(
                    backend().name(), bytes, runtime.device().largestBuffer());
        }
        RecordingArena arena = (RecordingArena) section();
        GpuBuffer buffer = arena == null ? pool.take(Math.max(4, bytes)) : arena.take(Math.max(4, bytes));
        Consumer<GpuBuffer> giveBack = arena == null ? pool::giveBack : arena::giveBack;
        try {
            if (zero && bytes > 0) {
                runtime.zero(buffer, bytes);
            }
        } catch (RuntimeException e) { // many drivers allocate only at the first use
            giveBack.accept(buffer);
            throw e;
        }
        return new GpuStorage(this, runtime, buffer, shape.size(), arena, giveBack);
    }

    /** Returns numbers that an operation needs repeatedly. They are freed with the backend and count for no scope. */
    public Indices constant(int[] values) {
        GpuBuffer buffer = pool.take(Integer.BYTES * (long) values.length);
        GpuStorage storage = new GpuStorage(this, runtime, buffer, values.length, null, pool::giveBack);
        constants.add(storage);
        runtime.write(values, 0, values.length, buffer, 0);
        return new Indices(storage, 0, Shape.of(values.length), null);
    }

    /** Implements {@link Backend#record}. */
    public Recording record(Runnable commands) {
        refuseWhileRecording("another recording");
        RecordingArena arena = new RecordingArena(pool);
        try {
            GpuCommands given = runtime.record(() -> during(arena, commands));
            arena.recorded();
            GpuRecording recording = new GpuRecording(this, given, arena);
            count(arena.bytes());
            recordings.add(recording);
            return new WatchedRecording(recording);
        } catch (RuntimeException | Error e) {
            arena.close();
            throw e;
        }
    }

    /** Frees the memory of a closed recording. */
    void closed(GpuRecording recording, RecordingArena arena) {
        recordings.remove(recording);
        count(-arena.bytes());
        arena.close();
    }

    /** Registers memory with the recording of the calling thread's commands, if there is one. */
    void uses(GpuStorage storage) {
        if (section() instanceof RecordingArena arena) {
            arena.uses(storage);
        }
    }

    @Override
    protected Backend backend() {
        return super.backend();
    }

    @Override
    public void close() {
        try {
            List.copyOf(recordings).forEach(GpuRecording::close);
            super.close();
        } finally {
            for (GpuStorage constant = constants.poll(); constant != null; constant = constants.poll()) {
                constant.free();
            }
            pool.close();
        }
    }
}
