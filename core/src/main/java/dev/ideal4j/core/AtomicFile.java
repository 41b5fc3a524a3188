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

/** Writes files atomically: other processes see the old content or the new content, never a partial file. */
public final class AtomicFile {
    private AtomicFile() {}

    /** Writes the content of a file. */
    @FunctionalInterface
    public interface Content {
        /** Writes the whole content. The stream is buffered, and the caller closes it. */
        void writeTo(OutputStream out) throws IOException;
    }

    /**
     * Writes to a temporary file in the same folder, forces it to the disk, then renames it over {@code file}. If an
     * error occurs, the temporary file is deleted and {@code file} keeps its old content.
     *
     * @param file the file to create or replace; its folder must exist
     * @throws FileAccessException if the folder or the file cannot be written
     * @throws WorkInterruptedException if the thread is interrupted during the write
     */
    public static void write(Path file, Content content) {
        // Files.createTempFile is not used because it creates files that only their owner may read.
        Path temporary = file.resolveSibling(file.getFileName() + "." + UUID.randomUUID() + ".tmp");
        try {
            try (FileChannel channel =
                    FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
                OutputStream out = new BufferedOutputStream(Channels.newOutputStream(channel), 1 << 16);
                content.writeTo(out);
                out.flush();
                // The data must reach the disk before the rename. Otherwise a crash could leave an empty file under the
                // final name.
                channel.force(true);
            }
            move(temporary, file);
        } catch (ClosedByInterruptException e) {
            throw new WorkInterruptedException(file + ": interrupted while it was written; the file is as before", e);
        } catch (IOException e) {
            throw FileAccessException.of(file, e);
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
            // This happens only after an error that is already being reported.
            temporary.toFile().deleteOnExit();
        }
    }
}
