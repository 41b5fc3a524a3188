package dev.ideal4j.core;

import java.nio.file.Path;

/** A file whose content is not what its reader understands: truncated, damaged, oversized, or of another kind. */
public final class FileFormatException extends Ideal4jException {
    private static final long serialVersionUID = 1L;

    /**
     * Builds the message {@code "file: found …, expected …"}.
     *
     * @param file the file at fault
     * @param found what it holds
     * @param expected what the reader needed
     */
    public FileFormatException(Path file, String found, String expected) {
        this(file, found, expected, null);
    }

    /** As {@link #FileFormatException(Path, String, String)}, with the error that revealed it. */
    public FileFormatException(Path file, String found, String expected, Throwable cause) {
        this(file.toString(), found, expected, cause);
    }

    /** As {@link #FileFormatException(Path, String, String)}, for content that is not a file: {@code source} names it. */
    public FileFormatException(String source, String found, String expected, Throwable cause) {
        super(source + ": found " + found + ", expected " + expected, cause);
    }
}
