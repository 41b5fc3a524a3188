package dev.ideal4j.core;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Thrown if the reader of a file does not understand the content: it is truncated, damaged, too large, or of another
 * format.
 */
public final class FileFormatException extends Ideal4jException {
    private static final long serialVersionUID = 1L;

    /**
     * Builds the message {@code "file: found …, expected …"}.
     *
     * @param file the invalid file
     * @param found the content that was found
     * @param expected the content that the reader needs
     */
    public FileFormatException(Path file, String found, String expected) {
        this(file, found, expected, null);
    }

    /** Like {@link #FileFormatException(Path, String, String)}, with the error that caused it. */
    public FileFormatException(Path file, String found, String expected, @Nullable Throwable cause) {
        this(file.toString(), found, expected, cause);
    }

    /**
     * Like {@link #FileFormatException(Path, String, String, Throwable)}, for content that is not a file; {@code
     * source} is its name.
     */
    public FileFormatException(String source, String found, String expected, @Nullable Throwable cause) {
        super(source + ": found " + found + ", expected " + expected, cause);
    }
}
