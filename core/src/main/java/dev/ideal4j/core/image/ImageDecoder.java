package dev.ideal4j.core.image;

import dev.ideal4j.core.FileAccessException;
import dev.ideal4j.core.FileFormatException;
import dev.ideal4j.core.FileKind;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** From an image file to its pixels; whatever is wrong with the content ends as one {@link FileFormatException}. */
final class ImageDecoder {
    /** Longest file: room for the largest image uncompressed with four 16-bit samples. */
    private static final int MAX_FILE_LENGTH = 1_500_000_000;

    private static final String EXPECTED = "a PNG, JPEG, BMP or TIFF image";

    private ImageDecoder() {}

    static Decoded decode(Path file) {
        try {
            long length = Files.size(file);
            if (length > MAX_FILE_LENGTH) {
                throw tooLong(file.toString(), length + " bytes");
            }
            return decode(Files.readAllBytes(file), file.toString());
        } catch (IOException e) {
            throw FileAccessException.of(file, e);
        }
    }

    static Decoded decode(InputStream stream, String name) {
        try {
            byte[] bytes = stream.readNBytes(MAX_FILE_LENGTH);
            if (stream.read() >= 0) {
                throw tooLong(name, "more than " + MAX_FILE_LENGTH + " bytes");
            }
            return decode(bytes, name);
        } catch (IOException e) {
            throw new FileAccessException(name, e);
        }
    }

    static Decoded decode(byte[] file, String name) {
        try {
            if (PngFile.matches(file)) {
                return PngFile.decode(file);
            } else if (JpegFile.matches(file)) {
                return JpegFile.decode(file);
            } else if (BmpFile.matches(file)) {
                return BmpFile.decode(file);
            } else if (TiffFile.matches(file)) {
                return TiffFile.decode(file);
            }
        } catch (ImageFault e) {
            throw new FileFormatException(name, e.found, e.expected, e);
        } catch (IOException | RuntimeException e) {
            // The decoders answer damaged content with any exception of any class: all of them mean just this.
            throw new FileFormatException(name, "damaged content (" + oneLine(e) + ")", "a readable image", e);
        }
        throw new FileFormatException(name, FileKind.describe(file, file.length), EXPECTED, null);
    }

    private static FileFormatException tooLong(String name, String found) {
        return new FileFormatException(name, found, "at most " + MAX_FILE_LENGTH, null);
    }

    /** What a decoder complains of; its runtime exceptions speak of its own insides, so only their kind is told. */
    private static String oneLine(Exception e) {
        if (e instanceof RuntimeException || e.getMessage() == null) {
            return e.getClass().getSimpleName();
        }
        return e.getMessage().strip().lines().findFirst().orElse("");
    }
}
