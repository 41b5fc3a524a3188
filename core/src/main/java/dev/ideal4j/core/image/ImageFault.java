package dev.ideal4j.core.image;

import java.io.IOException;

/** Describes invalid image content before the name of the file is known. */
final class ImageFault extends IOException {
    private static final long serialVersionUID = 1L;

    final String found;
    final String expected;

    ImageFault(String found, String expected) {
        super("found " + found + ", expected " + expected);
        this.found = found;
        this.expected = expected;
    }
}
