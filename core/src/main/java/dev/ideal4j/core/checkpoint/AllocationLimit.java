package dev.ideal4j.core.checkpoint;

import dev.ideal4j.core.FileFormatException;
import java.nio.file.Path;

/**
 * How much memory a file may make us take: four times its own size, or {@link #FLOOR} for small ones. Every count and
 * length in a file passes here before anything is allocated for it, so that a small file cannot ask for much.
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

    /** Accounts for objects that live as long as the file is being parsed. */
    void charge(long bytes) {
        if (bytes > most - charged) {
            throw new FileFormatException(
                    file,
                    "a structure that unfolds to more than " + most + " bytes",
                    "at most four times the file's size");
        }
        charged += bytes;
    }

    /** Refuses something whose size is stated and too large, compressed data above all. */
    void checkSize(String what, long bytes) {
        if (bytes < 0 || bytes > most) {
            throw new FileFormatException(file, what + " of " + bytes + " bytes", "at most four times the file's size");
        }
    }
}
