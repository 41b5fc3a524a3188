package dev.ideal4j.kernels.memory;

import dev.ideal4j.core.Storage;

/** Storage that a scope counts and frees. */
public interface ScopedStorage extends Storage {
    /** Returns the bytes that the scope counts. */
    long bytes();

    /** Frees the storage. It is called once, when the scope closes. */
    void free();
}
