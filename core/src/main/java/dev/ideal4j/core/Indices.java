package dev.ideal4j.core;

import java.lang.ref.Reference;
import org.jspecify.annotations.Nullable;

/** A tensor of 32-bit integers on a device, for row indices. Otherwise it behaves like {@link Tensor}. */
public final class Indices {
    private final Storage storage;
    private final long offset;
    private final Shape shape;
    /** This reference keeps the scope reachable. An unreachable scope is closed. */
    private final @Nullable Scope owner;

    /**
     * Creates indices over a part of a backend's memory. Only backends call this constructor.
     *
     * @param owner the scope that frees the memory; null if no scope frees it
     */
    public Indices(Storage storage, long offset, Shape shape, @Nullable Scope owner) {
        if (offset < 0 || offset + shape.size() > storage.length()) {
            throw new IndexOutOfBoundsException(
                    "indices " + shape + " at " + offset + " exceed a storage of " + storage.length());
        }
        this.storage = storage;
        this.offset = offset;
        this.shape = shape;
        this.owner = owner;
    }

    /** Axis lengths. */
    public Shape shape() {
        return shape;
    }

    /** The memory that holds these indices. For use by backends. */
    public Storage storage() {
        return storage;
    }

    /** Position of the first element in {@link #storage()}, in elements. For use by backends. */
    public long offset() {
        return offset;
    }

    /** Copies the elements to the host in row-major order. */
    public int[] toArray() {
        int[] values = new int[Math.toIntExact(shape.size())];
        storage.readInts(offset, values, 0, values.length);
        Reference.reachabilityFence(this);
        return values;
    }

    /**
     * Overwrites the elements with {@code values} in row-major order. The length must equal the size of this tensor.
     */
    public void write(int[] values) {
        if (values.length != shape.size()) {
            throw new InvalidInputException("indices " + shape, values.length + " values", shape.size() + " values");
        }
        storage.writeInts(offset, values, 0, values.length);
        Reference.reachabilityFence(this);
    }

    @Override
    public String toString() {
        return "Indices" + shape;
    }
}
