package dev.ideal4j.eval.evaluate;

import dev.ideal4j.core.FileAccessException;
import dev.ideal4j.core.InvalidInputException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Keeps a folder to one run at a time, of this process or another; a run that dies, however it dies, lets it go. */
public final class FolderLock implements AutoCloseable {
    private final Path file;
    private final FileChannel channel;

    private FolderLock(Path file, FileChannel channel) {
        this.file = file;
        this.channel = channel;
    }

    /**
     * Takes a folder.
     *
     * @param folder made if it is missing; gets a file {@code lock}
     * @param out what the user calls the folder, for messages
     * @throws InvalidInputException if another run has it
     * @throws FileAccessException if the folder cannot be written
     */
    public static FolderLock claim(Path folder, Path out) {
        Path file = folder.resolve("lock");
        try {
            Files.createDirectories(folder);
            FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            try {
                if (channel.tryLock() == null) {
                    throw new InvalidInputException("--out " + out, "another process at work", "one at a time");
                }
                return new FolderLock(file, channel);
            } catch (OverlappingFileLockException e) {
                channel.close();
                throw new InvalidInputException("--out " + out, "another run of this process at work", "one at a time");
            } catch (IOException | RuntimeException e) {
                channel.close();
                throw e;
            }
        } catch (IOException e) {
            throw new FileAccessException(file, e);
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new FileAccessException(file, e);
        }
    }
}
