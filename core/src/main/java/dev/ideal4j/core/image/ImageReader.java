package dev.ideal4j.core.image;

import dev.ideal4j.core.FileAccessException;
import dev.ideal4j.core.FileFormatException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * Reads images: PNG, JPEG (baseline and progressive; grey, colour, CMYK), BMP, TIFF (one page), WebP (not animated),
 * GIF (first frame), PBM, PGM and PPM. The content of a file determines its format, not its name. The result equals
 * that of Pillow's {@code Image.open(file).convert("RGB")} bit for bit, except for lossy formats: JPEG may differ by
 * two levels.
 *
 * <ul>
 *   <li>Grey is copied to all three channels, a palette is expanded, alpha is dropped (not blended), and CMYK is
 *       converted by multiplication.
 *   <li>Samples are used as stored, without a colour profile or gamma correction.
 *   <li>The EXIF orientation is applied only if {@link ReadOptions#upright()} is true. Pillow does not apply it.
 *   <li>16-bit samples keep their upper 8 bits. Pillow does the same for colour images. It clips 16-bit grey at 255
 *       instead, which makes nearly all pixels white.
 * </ul>
 *
 * <p>A path of the form {@code FILE#2} reads the second page of a TIFF if there is no file of this name.
 *
 * <p>Samples that are signed, longer than 16 bits or in floating-point need {@link Levels}. Images of more than
 * 178,956,970 pixels are rejected, like in Pillow; the system property {@code ideal4j.maxPixels} sets another limit.
 * Damaged, truncated and oversized files are rejected before memory of their declared size is allocated. Thread-safe.
 */
public final class ImageReader {
    private static final List<String> SUFFIXES =
            List.of(".png", ".jpg", ".jpeg", ".bmp", ".tif", ".tiff", ".webp", ".gif", ".pbm", ".pgm", ".ppm", ".pnm");

    /** Number of pixels from which on {@link #open} decodes an image in bands. */
    public static final int LARGE = 1 << 22;

    private ImageReader() {}

    /** The file name suffixes of the supported formats, in lower case with the dot. */
    public static List<String> suffixes() {
        return SUFFIXES;
    }

    /** Whether a file name ends in one of {@link #suffixes()}, ignoring case. */
    public static boolean hasSuffix(Path file) {
        String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
        return SUFFIXES.stream().anyMatch(name::endsWith);
    }

    /** Returns the file of a path that may contain a page number: {@code scan.tif} for {@code scan.tif#2}. */
    public static Path file(Path path) {
        return ImageDecoder.file(path);
    }

    /**
     * Reads a file with {@link ReadOptions#AS_STORED}.
     *
     * @throws FileAccessException if the file is missing or cannot be read
     * @throws FileFormatException if the content is not an image of a supported format, is damaged, or is too large
     */
    public static RgbImage read(Path file) {
        return read(file, ReadOptions.AS_STORED);
    }

    /**
     * Reads a file.
     *
     * @throws FileAccessException if the file is missing or cannot be read
     * @throws FileFormatException if the content is not an image of a supported format, is damaged, or is too large
     */
    public static RgbImage read(Path file, ReadOptions options) {
        return toRgb(ImageDecoder.decode(file), options, file.toString());
    }

    /**
     * Reads a stream to its end with {@link ReadOptions#AS_STORED}. The stream is not closed.
     *
     * @param name name of the stream in messages
     * @throws FileAccessException if the stream fails
     * @throws FileFormatException like {@link #read(Path)}
     */
    public static RgbImage read(InputStream stream, String name) {
        return read(stream, name, ReadOptions.AS_STORED);
    }

    /** Like {@link #read(InputStream, String)}, with options. */
    public static RgbImage read(InputStream stream, String name, ReadOptions options) {
        return toRgb(ImageDecoder.decode(stream, name), options, name);
    }

    /**
     * Reads the content of a file with {@link ReadOptions#AS_STORED}.
     *
     * @param file the bytes of the file; not modified
     * @param name name of the file in messages
     * @throws FileFormatException like {@link #read(Path)}
     */
    public static RgbImage read(byte[] file, String name) {
        return read(file, name, ReadOptions.AS_STORED);
    }

    /** Like {@link #read(byte[], String)}, with options. */
    public static RgbImage read(byte[] file, String name, ReadOptions options) {
        return toRgb(ImageDecoder.decode(file, name), options, name);
    }

    /**
     * Opens a file to read it row by row. An image of {@link #LARGE} pixels or more is decoded in bands when its rows
     * are read. TIFF without floating-point samples and BMP without run-length coding use bands of 256 rows. PNG
     * without interlacing and baseline JPEG use at most eight bands, because their decoder starts at the beginning of
     * the file for each band. Other formats, and images that must be rotated, are decoded completely by this method.
     * The encoded content of the file is held in memory.
     *
     * @return the rows of the image, equal to those of {@link #read(Path, ReadOptions)} bit for bit
     * @throws FileAccessException if the file is missing or cannot be read
     * @throws FileFormatException if the content is not an image of a supported format, is damaged, or is too large
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
