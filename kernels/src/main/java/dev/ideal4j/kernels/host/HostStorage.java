package dev.ideal4j.kernels.host;

import dev.ideal4j.core.Backend;
import dev.ideal4j.core.Indices;
import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.Storage;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.WorkInterruptedException;
import dev.ideal4j.kernels.memory.ScopedStorage;

/** A heap array of integers, or a heap array of floats whose data begins at {@link CacheLine#START}. */
public final class HostStorage implements ScopedStorage {
    private final HostMemory memory;
    private final int length;
    private float[] floats;
    private int[] ints;

    HostStorage(HostMemory memory, float[] floats, int[] ints) {
        this.memory = memory;
        this.floats = floats;
        this.ints = ints;
        this.length = floats != null ? floats.length - CacheLine.START : ints.length;
    }

    /**
     * Returns the array behind a tensor. The tensor's first element is at {@link #offset(Tensor)}.
     *
     * @throws InvalidInputException if the tensor belongs to another backend
     * @throws WorkInterruptedException if the thread is interrupted; every operation is checked because it requests the
     *     arrays of its tensors
     */
    public static float[] floats(Tensor tensor, Backend backend) {
        WorkInterruptedException.check();
        return of(tensor.storage(), backend).floats();
    }

    /**
     * Returns the array behind indices. The first element is at {@code indices.offset()}.
     *
     * @throws InvalidInputException if the indices belong to another backend
     */
    public static int[] ints(Indices indices, Backend backend) {
        return of(indices.storage(), backend).ints();
    }

    /** Returns the position of a tensor's first element in its array. */
    public static int offset(Tensor tensor) {
        return CacheLine.START + (int) tensor.offset();
    }

    private static HostStorage of(Storage storage, Backend backend) {
        if (storage.backend() != backend || !(storage instanceof HostStorage host)) {
            throw new InvalidInputException(
                    "tensor", "one of another backend, " + storage.backend().name(), "one of " + backend.name());
        }
        return host;
    }

    private float[] floats() {
        float[] array = floats;
        if (array == null) {
            throw ints == null
                    ? memory.closedError("the tensor's scope")
                    : new IllegalStateException("indices, not a tensor");
        }
        return array;
    }

    private int[] ints() {
        int[] array = ints;
        if (array == null) {
            throw floats == null
                    ? memory.closedError("the indices' scope")
                    : new IllegalStateException("a tensor, not indices");
        }
        return array;
    }

    @Override
    public void free() {
        release();
    }

    /** Frees the storage. Returns the array of floats that it had, or null. */
    float[] release() {
        float[] array = floats;
        floats = null;
        ints = null;
        return array;
    }

    @Override
    public long bytes() {
        return 4L * length;
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
        memory.refuseWhileRecording("a read of " + count + " elements");
        System.arraycopy(floats(), CacheLine.START + (int) offset, to, toOffset, count);
    }

    @Override
    public void write(long offset, float[] from, int fromOffset, int count) {
        memory.refuseWhileRecording("a write of " + count + " elements");
        System.arraycopy(from, fromOffset, floats(), CacheLine.START + (int) offset, count);
    }

    @Override
    public void readInts(long offset, int[] to, int toOffset, int count) {
        memory.refuseWhileRecording("a read of " + count + " elements");
        System.arraycopy(ints(), (int) offset, to, toOffset, count);
    }

    @Override
    public void writeInts(long offset, int[] from, int fromOffset, int count) {
        memory.refuseWhileRecording("a write of " + count + " elements");
        System.arraycopy(from, fromOffset, ints(), (int) offset, count);
    }
}
