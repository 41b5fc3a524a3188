package dev.ideal4j.core.checkpoint;

import dev.ideal4j.core.FileFormatException;
import java.nio.file.Path;

/**
 * Limits the memory that is allocated for a file to four times its size, or to {@link #FLOOR} bytes for a small file.
 * Every count and length in a file is checked here before memory is allocated, so that a small damaged file cannot
 * cause a large allocation.
 */
final class AllocationLimit {
    static final long FLOOR = 4L << 20;

    private final Path file;
    private final long most;
    private long charged;

    AllocationLimit(Path file, long fileSize) {
        this.file = file;
        this.most = Math.max(FLOOR, Math.multiplyExact(4L, fileSize));
    }

    /** Accounts for objects that stay in memory while the file is parsed. */
    void charge(long bytes) {
        if (bytes > most - charged) {
            throw new FileFormatException(
                    file,
                    "a structure that unfolds to more than " + most + " bytes",
                    "at most four times the file's size");
        }
        charged += bytes;
    }

    /** Rejects a declared size that is too large, in particular the size of compressed data. */
    void checkSize(String what, long bytes) {
        if (bytes < 0 || bytes > most) {
            throw new FileFormatException(file, what + " of " + bytes + " bytes", "at most four times the file's size");
        }
    }
}
