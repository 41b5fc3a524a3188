package dev.ideal4j.core.image;

import dev.ideal4j.core.FileAccessException;
import dev.ideal4j.core.FileFormatException;
import java.io.InputStream;
import java.nio.file.Path;

/**
 * Reads masks from any picture that {@link ImageReader} reads. A pixel is set where its luma is above 0: Pillow's {@code
 * convert("L")}, {@code (19595 R + 38470 G + 7471 B + 32768) / 65536}.
 *
 * <p>So grey counts from 1 up (0/1, 0/255 and label masks alike, 16 bits too), a palette by its colours rather than its
 * indices (black is good, whatever its place), and alpha not at all.
 */
public final class MaskReader {
    private MaskReader() {}

    /**
     * Reads a file.
     *
     * @throws FileAccessException if it is missing or cannot be read
     * @throws FileFormatException if its content is not a picture of a known kind, or is damaged or too large
     */
    public static Mask read(Path file) {
        return toMask(PictureDecoder.decode(file));
    }

    /**
     * Reads a stream to its end; it is not closed.
     *
     * @param name stands for the file in messages
     * @throws FileAccessException if the stream fails
     * @throws FileFormatException as {@link #read(Path)}
     */
    public static Mask read(InputStream stream, String name) {
        return toMask(PictureDecoder.decode(stream, name));
    }

    /**
     * Reads the content of a file.
     *
     * @param file not modified
     * @param name stands for the file in messages
     * @throws FileFormatException as {@link #read(Path)}
     */
    public static Mask read(byte[] file, String name) {
        return toMask(PictureDecoder.decode(file, name));
    }

    private static Mask toMask(Pixels pixels) {
        int width = pixels.width();
        boolean[] set = new boolean[width * pixels.height()];
        int[] row = new int[3 * width];
        for (int y = 0; y < pixels.height(); y++) {
            pixels.row(y, row);
            for (int x = 0; x < width; x++) {
                long luma = 19595L * row[3 * x] + 38470L * row[3 * x + 1] + 7471L * row[3 * x + 2] + 32768 >> 16;
                set[y * width + x] = luma > 0;
            }
        }
        return new Mask(width, pixels.height(), set);
    }
}
