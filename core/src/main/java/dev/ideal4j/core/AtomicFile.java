package dev.ideal4j.core;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.UUID;

/** Writes a file so that others see its old content or its new one, never a part of it. */
public final class AtomicFile {
    private AtomicFile() {}

    /** What to write. */
    @FunctionalInterface
    public interface Content {
        /** Writes everything; the stream is buffered and closed by the caller. */
        void writeTo(OutputStream out) throws IOException;
    }

    /**
     * Writes to a temporary file in the same folder, forces it to the disk, then renames it over {@code file}. Nothing
     * stays behind when it fails.
     *
     * @param file to create or replace; its folder must exist
     * @throws FileAccessException if the folder or the file cannot be written
     * @throws WorkInterruptedException if the thread is interrupted meanwhile
     */
    public static void write(Path file, Content content) {
        // Not Files.createTempFile: that makes files which only their owner may read.
        Path temporary = file.resolveSibling(file.getFileName() + "." + UUID.randomUUID() + ".tmp");
        try {
            try (FileChannel channel =
                    FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
                OutputStream out = new BufferedOutputStream(Channels.newOutputStream(channel), 1 << 16);
                content.writeTo(out);
                out.flush();
                // Before the rename: after a crash the name must not stand for an empty file.
                channel.force(true);
            }
            move(temporary, file);
        } catch (ClosedByInterruptException e) {
            throw new WorkInterruptedException(file + ": interrupted while it was written; the file is as before", e);
        } catch (IOException e) {
            throw new FileAccessException(file, e);
        } finally {
            deleteQuietly(temporary);
        }
    }

    private static void move(Path from, Path to) throws IOException {
        try {
            Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
        } catch (AtomicMoveNotSupportedException e) {
            Files.move(from, to, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    private static void deleteQuietly(Path temporary) {
        try {
            Files.deleteIfExists(temporary);
        } catch (IOException e) {
            // Only after a failure that is being reported already: what can't be deleted couldn't be written either.
            temporary.toFile().deleteOnExit();
        }
    }
}
