package dev.ideal4j.core;

import java.lang.ref.Reference;
import org.jspecify.annotations.Nullable;

/**
 * A float32 tensor on a device, row-major and contiguous. It is valid until the {@link Scope} that allocated it is
 * closed. Views share its memory. The elements are mutable, the shape is not.
 */
public final class Tensor {
    private final Storage storage;
    private final long offset;
    private final Shape shape;
    /** This reference keeps the scope reachable. An unreachable scope is closed. */
    private final @Nullable Scope owner;

    /**
     * Creates a tensor over a part of a backend's memory. Only backends call this constructor.
     *
     * @param owner the scope that frees the memory; null if no scope frees it
     */
    public Tensor(Storage storage, long offset, Shape shape, @Nullable Scope owner) {
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

    /** The memory that holds this tensor. For use by backends. */
    public Storage storage() {
        return storage;
    }

    /** Position of the first element in {@link #storage()}, in elements. For use by backends. */
    public long offset() {
        return offset;
    }

    /** The backend that holds this tensor. */
    public Backend backend() {
        return storage.backend();
    }

    /**
     * Returns a view of the {@code count} entries of the outermost axis that start at {@code first}. The view shares
     * memory with this tensor.
     */
    public Tensor slice(int first, int count) {
        if (first < 0 || count < 0 || count > shape.axis(0) - first) {
            throw new IndexOutOfBoundsException("slice " + first + " + " + count + " of " + shape);
        }
        long stride = shape.axis(0) == 0 ? 0 : shape.size() / shape.axis(0);
        return new Tensor(storage, offset + first * stride, shape.withFirst(count), owner);
    }

    /** Returns a view with another shape of the same size. The view shares memory with this tensor. */
    public Tensor reshape(int... lengths) {
        Shape to = Shape.of(lengths);
        if (to.size() != shape.size()) {
            throw new InvalidInputException("reshape", shape + " to " + to, "as many elements as before");
        }
        return new Tensor(storage, offset, to, owner);
    }

    /** Copies the elements to the host in row-major order. Waits for pending work of the device. */
    public float[] toArray() {
        float[] values = new float[Math.toIntExact(shape.size())];
        storage.read(offset, values, 0, values.length);
        Reference.reachabilityFence(this);
        return values;
    }

    /**
     * Overwrites the elements with {@code values} in row-major order. The length must equal the size of this tensor.
     */
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
