package dev.ideal4j.core.checkpoint;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;

/** The raw storages of an open file, by key. Thread-safe. */
interface StorageSource extends Closeable {
    /** Opens a stream of the bytes of a storage. Skipping is cheap if the file allows it. */
    InputStream open(String key) throws IOException;
}
