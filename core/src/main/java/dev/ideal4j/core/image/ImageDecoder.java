package dev.ideal4j.core.image;

import dev.ideal4j.core.FileAccessException;
import dev.ideal4j.core.FileFormatException;
import dev.ideal4j.core.support.FileKind;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Decodes image files to pixels. Any error in the content causes a {@link FileFormatException}. */
final class ImageDecoder {
    /** Maximum file length in bytes. It fits the largest image with four uncompressed 16-bit samples per pixel. */
    private static final int MAX_FILE_LENGTH = 1_500_000_000;

    /** A file name followed by a page number. */
    private static final Pattern PAGE = Pattern.compile("(.+)#([1-9]\\d{0,3})");

    private static final String EXPECTED = "a PNG, JPEG, BMP, TIFF, WebP, GIF or PNM image";

    private ImageDecoder() {}

    /**
     * Returns the file of a path: {@code scan.tif} for {@code scan.tif#2}, unless a file with the whole name exists.
     */
    static Path file(Path path) {
        Matcher parts = PAGE.matcher(String.valueOf(path.getFileName()));
        return parts.matches() && !Files.exists(path) ? path.resolveSibling(parts.group(1)) : path;
    }

    private static int page(Path path) {
        Matcher parts = PAGE.matcher(String.valueOf(path.getFileName()));
        return parts.matches() && !Files.exists(path) ? Integer.parseInt(parts.group(2)) : 0;
    }

    static Decoded decode(Path path) {
        return decode(path, false);
    }

    /**
     * Like {@link #decode(Path)}, but rows may be decoded lazily. Reading a row may then throw {@link
     * BandPixels.Fault}.
     */
    static Decoded open(Path path) {
        return decode(path, true);
    }

    private static Decoded decode(Path path, boolean inBands) {
        Path file = file(path);
        try {
            long length = Files.size(file);
            if (length > MAX_FILE_LENGTH) {
                throw tooLong(file.toString(), length + " bytes");
            }
            return decode(Files.readAllBytes(file), path.toString(), page(path), inBands);
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
            throw FileAccessException.of(name, e);
        }
    }

    static Decoded decode(byte[] file, String name) {
        return decode(file, name, 0, false);
    }

    private static Decoded decode(byte[] file, String name, int page, boolean inBands) {
        try {
            if (TiffFile.matches(file)) {
                return TiffFile.decode(file, page, inBands);
            } else if (page > 1) {
                throw new ImageFault("a file without pages", "a TIFF of " + page + " pages or more");
            } else if (PngFile.matches(file)) {
                return PngFile.decode(file, inBands);
            } else if (JpegFile.matches(file)) {
                return JpegFile.decode(file, inBands);
            } else if (BmpFile.matches(file)) {
                return BmpFile.decode(file, inBands);
            } else if (WebpFile.matches(file)) {
                return WebpFile.decode(file);
            } else if (GifFile.matches(file)) {
                return GifFile.decode(file);
            } else if (PnmFile.matches(file)) {
                return PnmFile.decode(file);
            }
        } catch (IOException | RuntimeException e) {
            throw unreadable(name, e);
        }
        String kind = FileKind.describe(file, file.length);
        String advice = FileKind.advice(kind);
        throw new FileFormatException(name, kind, EXPECTED + (advice == null ? "" : ": " + advice), null);
    }

    /** Returns the exception for an exception of a decoder. */
    static FileFormatException unreadable(String name, Exception e) {
        if (e instanceof ImageFault fault) {
            return new FileFormatException(name, fault.found, fault.expected, e);
        }
        // Decoders throw exceptions of any class for damaged content.
        return new FileFormatException(name, "damaged content (" + oneLine(e) + ")", "a readable image", e);
    }

    private static FileFormatException tooLong(String name, String found) {
        return new FileFormatException(name, found, "at most " + MAX_FILE_LENGTH, null);
    }

    /**
     * Returns the message of a decoder's exception. For a runtime exception, only the class is named, because its
     * message is about internals of the decoder.
     */
    private static String oneLine(Exception e) {
        if (e instanceof RuntimeException || e.getMessage() == null) {
            return e.getClass().getSimpleName();
        }
        return e.getMessage().strip().lines().findFirst().orElse("");
    }
}
