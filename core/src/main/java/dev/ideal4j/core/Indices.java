package dev.ideal4j.core;

import java.lang.ref.Reference;

/** A tensor of 32-bit integers on a device, for positions of rows; as {@link Tensor} in every other respect. */
public final class Indices {
    private final Storage storage;
    private final long offset;
    private final Shape shape;
    /** Kept reachable: a scope that nobody can reach is closed. */
    private final Scope owner;

    /**
     * For backends: indices over a part of their memory.
     *
     * @param owner the scope that frees the memory; null if none does
     */
    public Indices(Storage storage, long offset, Shape shape, Scope owner) {
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

    /** The memory behind these indices; for backends. */
    public Storage storage() {
        return storage;
    }

    /** Position of the first element in {@link #storage()}, in elements; for backends. */
    public long offset() {
        return offset;
    }

    /** Copies the elements to the host, row-major. */
    public int[] toArray() {
        int[] values = new int[Math.toIntExact(shape.size())];
        storage.readInts(offset, values, 0, values.length);
        Reference.reachabilityFence(this);
        return values;
    }

    /** Overwrites the elements. */
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
