package dev.ideal4j.kernels.gpu.runtime;

import dev.ideal4j.core.Backend;
import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.Storage;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.WorkInterruptedException;
import dev.ideal4j.kernels.memory.ScopedStorage;
import java.util.function.Consumer;

/** A buffer with the lifetime of a scope, for floats and integers. */
public final class GpuStorage implements ScopedStorage {
    private static final int ELEMENT = 4;

    private final GpuMemory memory;
    private final GpuRuntime runtime;
    private final long length;
    private final RecordingArena arena;
    private final Consumer<GpuBuffer> giveBack;
    private volatile GpuBuffer buffer;

    /**
     * Creates a storage.
     *
     * @param arena the recording that owns this storage as scratch memory, or null for none
     */
    GpuStorage(
            GpuMemory memory,
            GpuRuntime runtime,
            GpuBuffer buffer,
            long length,
            RecordingArena arena,
            Consumer<GpuBuffer> giveBack) {
        this.memory = memory;
        this.arena = arena;
        this.runtime = runtime;
        this.buffer = buffer;
        this.length = length;
        this.giveBack = giveBack;
    }

    /**
     * Returns the buffer behind a storage of this backend whose scope is open.
     *
     * @throws WorkInterruptedException if the thread is interrupted; every operation is checked because it requests the
     *     buffers of its tensors
     * @throws InvalidInputException if the storage belongs to another backend
     */
    public static GpuBuffer buffer(Storage storage, Backend backend) {
        WorkInterruptedException.check();
        if (storage.backend() != backend || !(storage instanceof GpuStorage gpu)) {
            throw new InvalidInputException(
                    "tensor", "one of another backend, " + storage.backend().name(), "one of this " + backend.name());
        }
        gpu.memory.uses(gpu);
        return gpu.buffer();
    }

    /**
     * Throws an exception for tensors of another backend or of a closed scope, for operations that might not access
     * them.
     */
    public static void check(Backend backend, Tensor... tensors) {
        for (Tensor tensor : tensors) {
            buffer(tensor.storage(), backend);
        }
    }

    /** Returns the recording that owns this storage as scratch memory, or null for none. */
    RecordingArena arena() {
        return arena;
    }

    /**
     * Checks that the scope is open.
     *
     * @throws IllegalStateException if the scope is closed
     */
    void checkOpen() {
        buffer();
    }

    private GpuBuffer buffer() {
        GpuBuffer open = buffer;
        if (open == null) {
            throw memory.closedError("the tensor's scope");
        }
        return open;
    }

    @Override
    public void free() {
        GpuBuffer open = buffer;
        buffer = null;
        giveBack.accept(open);
    }

    @Override
    public long bytes() {
        return ELEMENT * length;
    }

    @Override
    public Backend backend() {
        return memory.backend();
    }

    @Override
    public long length() {
        return length;
    }

    @Override
    public void read(long offset, float[] to, int toOffset, int count) {
        copy("read", count, own -> runtime.read(own, ELEMENT * offset, to, toOffset, count));
    }

    @Override
    public void write(long offset, float[] from, int fromOffset, int count) {
        copy("write", count, own -> runtime.write(from, fromOffset, count, own, ELEMENT * offset));
    }

    @Override
    public void readInts(long offset, int[] to, int toOffset, int count) {
        copy("read", count, own -> runtime.read(own, ELEMENT * offset, to, toOffset, count));
    }

    @Override
    public void writeInts(long offset, int[] from, int fromOffset, int count) {
        copy("write", count, own -> runtime.write(from, fromOffset, count, own, ELEMENT * offset));
    }

    private void copy(String kind, int count, Consumer<GpuBuffer> copy) {
        GpuBuffer own = buffer();
        memory.refuseWhileRecording("a " + kind + " of " + count + " elements");
        if (count > 0) {
            copy.accept(own);
        }
    }
}
