package dev.ideal4j.core;

/**
 * Memory of a device, counted in 4-byte elements, owned by a {@link Scope}. Each backend implements this interface and
 * casts the storage of a {@link Tensor} back to its own class. Other code does not use it.
 */
public interface Storage {
    /** The backend that allocated this memory. */
    Backend backend();

    /** Number of 4-byte elements. */
    long length();

    /**
     * Copies {@code count} float32 elements to the host. Throws {@link IllegalStateException} if the scope is closed.
     */
    void read(long offset, float[] to, int toOffset, int count);

    /** Copies {@code count} float32 elements from the host. */
    void write(long offset, float[] from, int fromOffset, int count);

    /** Like {@link #read}, for memory that holds 32-bit integers. */
    void readInts(long offset, int[] to, int toOffset, int count);

    /** Like {@link #write}, for memory that holds 32-bit integers. */
    void writeInts(long offset, int[] from, int fromOffset, int count);
}
