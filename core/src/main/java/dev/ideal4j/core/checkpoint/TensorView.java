package dev.ideal4j.core.checkpoint;

import dev.ideal4j.core.Shape;

/**
 * The location of a tensor's elements in a file.
 *
 * @param storage key of the storage that contains the elements, see {@link StorageSource}
 * @param type type of the stored elements
 * @param offset position of the first element in the storage, in bytes
 * @param shape axis lengths
 * @param strides distance between neighbouring elements along each axis, in elements, 0 or more
 */
record TensorView(String storage, ElementType type, long offset, Shape shape, long[] strides) {
    /** Strides of a row-major, contiguous tensor. */
    static long[] rowMajor(Shape shape) {
        long[] strides = new long[shape.rank()];
        long step = 1;
        for (int axis = strides.length - 1; axis >= 0; axis--) {
            strides[axis] = step;
            step *= Math.max(1, shape.axis(axis));
        }
        return strides;
    }

    /** Returns the same tensor with its storage in one of several files. */
    TensorView in(String file) {
        return new TensorView(file + "/" + storage, type, offset, shape, strides);
    }

    /** Whether the elements are stored in row-major order without gaps. */
    boolean contiguous() {
        long[] wanted = rowMajor(shape);
        for (int axis = 0; axis < wanted.length; axis++) {
            if (shape.axis(axis) > 1 && strides[axis] != wanted[axis]) {
                return false;
            }
        }
        return true;
    }
}
