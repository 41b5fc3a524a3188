package dev.ideal4j.core.ops;

import dev.ideal4j.core.Tensor;

/**
 * Reference rows for cosine search by many queries. Immutable. An index belongs to the scope in which it was built. On
 * the CPU it takes the memory of its rows; a GPU also holds them normalised.
 */
public interface NeighbourIndex extends AutoCloseable {
    /** The original rows, {@code (n, c)}, not normalised. The index keeps a copy of them. */
    Tensor rows();

    /** Number of rows. */
    default int size() {
        return rows().shape().axis(0);
    }

    /** Width of a row. */
    default int width() {
        return rows().shape().axis(1);
    }

    @Override
    void close();
}
