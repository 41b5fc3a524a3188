package dev.ideal4j.core.ops;

import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.Tensor;

/** Copies of elements, unchanged. */
public final class Layout {
    private final Implementation implementation;

    /** The operations as a backend computes them. */
    public Layout(Implementation implementation) {
        this.implementation = implementation;
    }

    /** Copies all elements. The sizes must be equal, the shapes need not; the two must not share memory. */
    public void copy(Tensor from, Tensor to) {
        checkCopy(from, to);
        implementation.copy(from, to);
    }

    /** Checks for {@link #copy}. */
    private static void checkCopy(Tensor from, Tensor to) {
        if (from.shape().size() != to.shape().size()) {
            throw new InvalidInputException("copy", from.shape() + " to " + to.shape(), "as many elements in both");
        }
        if (from.overlaps(to)) {
            throw new InvalidInputException("copy", "tensors that share memory", "separate ones");
        }
    }

    /** The same operations as a backend computes them; the arguments have been checked. */
    public interface Implementation {
        void copy(Tensor from, Tensor to);
    }
}
