package dev.ideal4j.kernels.memory;

import dev.ideal4j.core.Storage;

/** Storage that a scope counts and frees. */
public interface ScopedStorage extends Storage {
    /** Bytes to count. */
    long bytes();

    /** Called once, when the scope closes. */
    void free();
}
