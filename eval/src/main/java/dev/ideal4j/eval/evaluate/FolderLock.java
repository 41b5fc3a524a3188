package dev.ideal4j.eval.evaluate;

import dev.ideal4j.core.FileAccessException;
import dev.ideal4j.core.InvalidInputException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Locks a folder for one run at a time, of this process or another. The lock of a run that dies is released. */
public final class FolderLock implements AutoCloseable {
    private final Path file;
    private final FileChannel channel;

    private FolderLock(Path file, FileChannel channel) {
        this.file = file;
        this.channel = channel;
    }

    /**
     * Locks a folder.
     *
     * @param folder the folder; it is created if it is missing, and gets a file {@code .lock}
     * @param out the folder as the user typed it, for messages
     * @throws InvalidInputException if another run has locked the folder
     * @throws FileAccessException if the folder cannot be written
     */
    public static FolderLock claim(Path folder, Path out) {
        Path file = folder.resolve(".lock");
        try {
            Files.createDirectories(folder);
            FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            try {
                if (channel.tryLock() == null) {
                    throw new InvalidInputException("--out " + out, "another process at work in it", "one at a time");
                }
                return new FolderLock(file, channel);
            } catch (OverlappingFileLockException e) {
                channel.close();
                throw new InvalidInputException(
                        "--out " + out, "another run of this process at work in it", "one at a time");
            } catch (IOException | RuntimeException e) {
                channel.close();
                throw e;
            }
        } catch (IOException e) {
            throw FileAccessException.of(file, e);
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw FileAccessException.of(file, e);
        }
    }
}
