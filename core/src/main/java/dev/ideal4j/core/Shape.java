package dev.ideal4j.core;

import java.util.Arrays;

/** The lengths of a tensor's axes, outermost first. Immutable. An axis may have length 0. */
public final class Shape {
    private final int[] lengths;
    private final long size;

    private Shape(int[] lengths) {
        long product = 1;
        for (int length : lengths) {
            if (length < 0) {
                throw new InvalidInputException("shape", Arrays.toString(lengths), "axes of length 0 or more");
            }
            product = Math.multiplyExact(product, (long) length);
        }
        this.lengths = lengths;
        this.size = product;
    }

    /** Returns a shape with the given axis lengths. Without lengths, the shape is a scalar of size 1. */
    public static Shape of(int... lengths) {
        return new Shape(lengths.clone());
    }

    /** Number of axes. */
    public int rank() {
        return lengths.length;
    }

    /** Length of an axis. A negative number counts from the end: {@code axis(-1)} is the innermost axis. */
    public int axis(int axis) {
        return lengths[axis < 0 ? lengths.length + axis : axis];
    }

    /** Length of the innermost axis (1 for a scalar). */
    public int last() {
        return lengths.length == 0 ? 1 : lengths[lengths.length - 1];
    }

    /** Product of all axes but the innermost: the number of rows. */
    public int rows() {
        long rows = 1;
        for (int i = 0; i < lengths.length - 1; i++) {
            rows *= lengths[i];
        }
        return Math.toIntExact(rows);
    }

    /** Number of elements. */
    public long size() {
        return size;
    }

    /** A copy of the axis lengths. */
    public int[] toArray() {
        return lengths.clone();
    }

    /** This shape with the outermost axis replaced. */
    public Shape withFirst(int length) {
        int[] copy = lengths.clone();
        copy[0] = length;
        return new Shape(copy);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Shape shape && Arrays.equals(lengths, shape.lengths);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(lengths);
    }

    @Override
    public String toString() {
        return Arrays.toString(lengths);
    }
}
