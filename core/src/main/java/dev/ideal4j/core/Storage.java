package dev.ideal4j.core;

/**
 * Memory of a device, counted in 4-byte elements, owned by a {@link Scope}. Backends implement it and find their own
 * class again behind a {@link Tensor}; nobody else touches it.
 */
public interface Storage {
    /** The backend that allocated this memory. */
    Backend backend();

    /** Number of 4-byte elements. */
    long length();

    /** Copies {@code count} float32 elements to the host. Throws {@link IllegalStateException} after the scope closed. */
    void read(long offset, float[] to, int toOffset, int count);

    /** Copies {@code count} float32 elements from the host. */
    void write(long offset, float[] from, int fromOffset, int count);

    /** As {@link #read} for memory that holds 32-bit integers. */
    void readInts(long offset, int[] to, int toOffset, int count);

    /** As {@link #write} for memory that holds 32-bit integers. */
    void writeInts(long offset, int[] from, int fromOffset, int count);
}
