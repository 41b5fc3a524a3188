package dev.ideal4j.core.image;

import dev.ideal4j.core.FileAccessException;
import dev.ideal4j.core.FileFormatException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * Reads images: PNG, JPEG (baseline and progressive; grey, colour, CMYK), BMP, TIFF (a page), WebP (one image), GIF (first
 * frame), PBM, PGM and PPM, told by content, not by name. The result is what Pillow's {@code
 * Image.open(file).convert("RGB")} gives, in every bit but for lossy codings: JPEG may differ by two levels.
 *
 * <ul>
 *   <li>Grey is repeated, a palette expanded, alpha dropped (not blended), CMYK multiplied out.
 *   <li>Samples are taken as stored: no colour profile, no gamma.
 *   <li>The EXIF orientation is applied only if {@link ReadOptions#upright()} says so; Pillow does not apply it.
 *   <li>16-bit samples keep their upper 8 bits. So does Pillow with colours; 16-bit grey it clips at 255 instead, which
 *       leaves nearly all pixels white.
 * </ul>
 *
 * <p>{@code FILE#2} in place of a file reads the second page of a TIFF, if there is no file of that name.
 *
 * <p>Samples that are signed, longer than 16 bits or in floating-point need {@link Levels}. More than 178,956,970 pixels,
 * where Pillow refuses too, are refused unless the system property {@code ideal4j.maxPixels} says otherwise. Damaged,
 * truncated and oversized files are refused before anything of their declared size is allocated. Thread-safe.
 */
public final class ImageReader {
    private static final List<String> SUFFIXES =
            List.of(".png", ".jpg", ".jpeg", ".bmp", ".tif", ".tiff", ".webp", ".gif", ".pbm", ".pgm", ".ppm", ".pnm");

    /** Pixels from which on {@link #open} decodes an image in bands. */
    public static final int LARGE = 1 << 22;

    private ImageReader() {}

    /** The suffixes of the file names that these formats have, in lower case with their dot. */
    public static List<String> suffixes() {
        return SUFFIXES;
    }

    /** Whether a file's name ends in one of {@link #suffixes()}, in any case. */
    public static boolean hasSuffix(Path file) {
        String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
        return SUFFIXES.stream().anyMatch(name::endsWith);
    }

    /** The file of a path that may name a page: {@code scan.tif} for {@code scan.tif#2}. */
    public static Path file(Path path) {
        return ImageDecoder.file(path);
    }

    /**
     * Reads a file as it is stored: {@link ReadOptions#AS_STORED}.
     *
     * @throws FileAccessException if it is missing or cannot be read
     * @throws FileFormatException if its content is not an image of a known kind, or is damaged or too large
     */
    public static RgbImage read(Path file) {
        return read(file, ReadOptions.AS_STORED);
    }

    /**
     * Reads a file.
     *
     * @throws FileAccessException if it is missing or cannot be read
     * @throws FileFormatException if its content is not an image of a known kind, or is damaged or too large
     */
    public static RgbImage read(Path file, ReadOptions options) {
        return toRgb(ImageDecoder.decode(file), options, file.toString());
    }

    /**
     * Reads a stream to its end, as it is stored; it is not closed.
     *
     * @param name stands for the file in messages
     * @throws FileAccessException if the stream fails
     * @throws FileFormatException as {@link #read(Path)}
     */
    public static RgbImage read(InputStream stream, String name) {
        return read(stream, name, ReadOptions.AS_STORED);
    }

    /** As {@link #read(InputStream, String)}, with options. */
    public static RgbImage read(InputStream stream, String name, ReadOptions options) {
        return toRgb(ImageDecoder.decode(stream, name), options, name);
    }

    /**
     * Reads the content of a file, as it is stored.
     *
     * @param file not modified
     * @param name stands for the file in messages
     * @throws FileFormatException as {@link #read(Path)}
     */
    public static RgbImage read(byte[] file, String name) {
        return read(file, name, ReadOptions.AS_STORED);
    }

    /** As {@link #read(byte[], String)}, with options. */
    public static RgbImage read(byte[] file, String name, ReadOptions options) {
        return toRgb(ImageDecoder.decode(file, name), options, name);
    }

    /**
     * Opens a file to read it row by row. An image of {@link #LARGE} pixels or more is decoded in bands, as its rows are asked for: TIFF of unsigned samples and BMP
     * without run lengths in bands of 256 rows; PNG without interlace and baseline JPEG in up to eight bands, because their
     * decoder begins each at the start of the file. Other kinds of files, and images that are turned, are decoded here. The
     * content of the file lies in memory.
     *
     * @return the rows of {@link #read(Path, ReadOptions)}, the same bits
     * @throws FileAccessException if it is missing or cannot be read
     * @throws FileFormatException if its content is not an image of a known kind, or is damaged or too large
     */
    public static RgbImage.Rows open(Path file, ReadOptions options) {
        Decoded decoded = ImageDecoder.open(file);
        if (options.upright() && decoded.orientation() != Orientation.UPRIGHT) {
            return toRgb(decoded, options, file.toString()).rows();
        }
        return rows(decoded, options, file.toString());
    }

    private static RgbRows rows(Decoded decoded, ReadOptions options, String name) {
        try {
            return RgbRows.of(decoded, options, name);
        } catch (ImageFault e) {
            throw new FileFormatException(name, e.found, e.expected, e);
        }
    }

    private static RgbImage toRgb(Decoded decoded, ReadOptions options, String name) {
        RgbImage image = rows(decoded, options, name).whole();
        return options.upright() ? upright(image, decoded.orientation()) : image;
    }

    private static RgbImage upright(RgbImage stored, int orientation) {
        if (orientation == Orientation.UPRIGHT) {
            return stored;
        }
        boolean swapped = Orientation.swapsSides(orientation);
        int width = swapped ? stored.height() : stored.width();
        int height = swapped ? stored.width() : stored.height();
        byte[] samples = new byte[3 * width * height];
        for (int y = 0, at = 0; y < height; y++) {
            for (int x = 0; x < width; x++, at += 3) {
                int from = 3 * Orientation.source(orientation, x, y, stored.width(), stored.height());
                System.arraycopy(stored.samples(), from, samples, at, 3);
            }
        }
        return new RgbImage(width, height, samples);
    }
}
