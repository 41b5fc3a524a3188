package dev.ideal4j.core.ops;

import dev.ideal4j.core.Tensor;

/**
 * Reference rows prepared for cosine search: normalised and laid out once, for many queries. Immutable; belongs to the
 * scope it was built in.
 */
public interface NeighbourIndex extends AutoCloseable {
    /** The rows as they were given, {@code (n, c)}, un-normalised: a copy of the index's own. */
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
