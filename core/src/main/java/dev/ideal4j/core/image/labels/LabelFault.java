package dev.ideal4j.core.image.labels;

import dev.ideal4j.core.FileFormatException;

/** Describes an invalid label before the name of its file is known. */
final class LabelFault extends Exception {
    private static final long serialVersionUID = 1L;

    private final String found;
    private final String expected;

    LabelFault(String found, String expected) {
        super("found " + found + ", expected " + expected);
        this.found = found;
        this.expected = expected;
    }

    FileFormatException in(String source) {
        return new FileFormatException(source, found, expected, this);
    }
}
