package dev.ideal4j.core;

import java.nio.channels.ClosedByInterruptException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Thrown if a file or folder is missing or cannot be read or written. */
public final class FileAccessException extends Ideal4jException {
    private static final long serialVersionUID = 1L;

    /** Builds the message {@code "file: reason"}. */
    public FileAccessException(Path file, String reason) {
        super(file + ": " + reason, null);
    }

    /**
     * Like {@link #FileAccessException(Path, String)}, for a source that need not be a path; {@code source} is its
     * name.
     */
    public FileAccessException(String source, String reason) {
        super(source + ": " + reason, null);
    }

    private FileAccessException(String source, java.io.IOException cause) {
        super(source + ": " + reason(cause), cause);
    }

    /**
     * Returns the exception for a failed read or write.
     *
     * @return a {@link WorkInterruptedException} if the thread was interrupted meanwhile, otherwise a {@link
     *     FileAccessException} with the message {@code "file: reason"}
     */
    public static Ideal4jException of(Path file, java.io.IOException cause) {
        return of(file.toString(), cause);
    }

    /** Like {@link #of(Path, java.io.IOException)}, for a stream; {@code source} is its name. */
    public static Ideal4jException of(String source, java.io.IOException cause) {
        return cause instanceof ClosedByInterruptException
                ? new WorkInterruptedException(source + ": interrupted while it was read or written", cause)
                : new FileAccessException(source, cause);
    }

    private static String reason(java.io.IOException cause) {
        if (cause.getCause() instanceof java.io.IOException inner) {
            return reason(inner); // image encoders wrap the real cause
        } else if (cause instanceof NoSuchFileException) {
            return "no such file or folder";
        } else if (cause instanceof AccessDeniedException) {
            return "access denied";
        } else if (cause instanceof FileAlreadyExistsException) {
            return "exists already and is not a folder";
        } else if (cause instanceof FileSystemException error && error.getReason() != null) {
            return error.getReason();
        }
        return String.valueOf(cause.getMessage()).replace('\n', ' ');
    }
}
