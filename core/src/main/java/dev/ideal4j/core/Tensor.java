package dev.ideal4j.core;

import java.lang.ref.Reference;

/**
 * A float32 tensor on a device: row-major and contiguous. It lives until the {@link Scope} that allocated it closes;
 * views share its memory. The elements are mutable, the shape is not.
 */
public final class Tensor {
    private final Storage storage;
    private final long offset;
    private final Shape shape;
    /** Kept reachable: a scope that nobody can reach is closed. */
    private final Scope owner;

    /**
     * For backends: a tensor over a part of their memory.
     *
     * @param owner the scope that frees the memory; null if none does
     */
    public Tensor(Storage storage, long offset, Shape shape, Scope owner) {
        if (offset < 0 || offset + shape.size() > storage.length()) {
            throw new IndexOutOfBoundsException(
                    "tensor " + shape + " at " + offset + " exceeds a storage of " + storage.length());
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

    /** The memory behind this tensor; for backends. */
    public Storage storage() {
        return storage;
    }

    /** Position of the first element in {@link #storage()}, in elements; for backends. */
    public long offset() {
        return offset;
    }

    /** The backend that holds this tensor. */
    public Backend backend() {
        return storage.backend();
    }

    /** A view of {@code count} entries of the outermost axis from {@code first} on; shares memory. */
    public Tensor slice(int first, int count) {
        if (first < 0 || count < 0 || first + count > shape.axis(0)) {
            throw new IndexOutOfBoundsException("slice " + first + " + " + count + " of " + shape);
        }
        long stride = shape.axis(0) == 0 ? 0 : shape.size() / shape.axis(0);
        return new Tensor(storage, offset + first * stride, shape.withFirst(count), owner);
    }

    /** A view with another shape of the same size; shares memory. */
    public Tensor reshape(int... lengths) {
        Shape to = Shape.of(lengths);
        if (to.size() != shape.size()) {
            throw new InvalidInputException("reshape", shape + " to " + to, "as many elements as before");
        }
        return new Tensor(storage, offset, to, owner);
    }

    /** Copies the elements to the host, row-major; waits for pending work of the device. */
    public float[] toArray() {
        float[] values = new float[Math.toIntExact(shape.size())];
        storage.read(offset, values, 0, values.length);
        Reference.reachabilityFence(this);
        return values;
    }

    /** Overwrites the elements with {@code values}, row-major, of exactly this tensor's size. */
    public void write(float[] values) {
        if (values.length != shape.size()) {
            throw new InvalidInputException("tensor " + shape, values.length + " values", shape.size() + " values");
        }
        storage.write(offset, values, 0, values.length);
        Reference.reachabilityFence(this);
    }

    /** Whether the two tensors share elements. */
    public boolean overlaps(Tensor other) {
        return storage == other.storage
                && Math.max(offset, other.offset) < Math.min(offset + shape.size(), other.offset + other.shape.size());
    }

    @Override
    public String toString() {
        return "Tensor" + shape;
    }
}
