package dev.ideal4j.core.image;

import dev.ideal4j.core.FileAccessException;
import dev.ideal4j.core.FileFormatException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.Locale;

/**
 * Reads masks from any image that {@link ImageReader} reads. A pixel is set where its luma is above 0: Pillow's {@code
 * convert("L")}, {@code (19595 R + 38470 G + 7471 B + 32768) / 65536}.
 *
 * <p>So grey counts from 1 up (0/1, 0/255 and label masks alike, 16 bits too), a palette by its colours rather than its
 * indices (black is good, whatever its place), and alpha not at all.
 */
public final class MaskReader {
    /** More grey levels than this are soft edges, not classes of defects. */
    private static final int MOST_CLASSES = 16;

    private MaskReader() {}

    /**
     * Reads a file.
     *
     * @throws FileAccessException if it is missing or cannot be read
     * @throws FileFormatException if its content is not an image of a known kind, or is damaged or too large
     */
    public static Mask read(Path file) {
        return new Luma(ImageDecoder.decode(file)).above(0);
    }

    /**
     * Reads a stream to its end; it is not closed.
     *
     * @param name stands for the file in messages
     * @throws FileAccessException if the stream fails
     * @throws FileFormatException as {@link #read(Path)}
     */
    public static Mask read(InputStream stream, String name) {
        return new Luma(ImageDecoder.decode(stream, name)).above(0);
    }

    /**
     * Reads the content of a file.
     *
     * @param file not modified
     * @param name stands for the file in messages
     * @throws FileFormatException as {@link #read(Path)}
     */
    public static Mask read(byte[] file, String name) {
        return new Luma(ImageDecoder.decode(file, name)).above(0);
    }

    /**
     * Reads a mask that somebody drew. JPEG and soft edges add grey levels around a defect. If the file is a JPEG or has more
     * than 16 grey levels, a pixel is set when its luma is above half of the largest luma. Otherwise a pixel is set when its
     * luma is above 0. A note tells when there are more than two levels, another when more than half of the pixels are set.
     *
     * @throws FileAccessException if it is missing or cannot be read
     * @throws FileFormatException if its content is not an image of a known kind, or is damaged or too large
     */
    public static Mask readDrawn(Path file, ReadOptions options) {
        Decoded decoded = ImageDecoder.decode(file);
        Luma luma = new Luma(decoded);
        int levels = luma.levels();
        boolean soft = decoded.lossy() || levels > MOST_CLASSES;
        if (levels > 2) {
            options.notes()
                    .accept("it has " + levels + " grey levels; a pixel counts as defect above "
                            + (soft ? "half of the largest level, " + luma.largest() : "level 0"));
        }
        Mask stored = luma.above(soft ? luma.largest() / 2 : 0);
        double share = stored.share();
        if (share > 0.5) {
            options.notes()
                    .accept(String.format(
                            Locale.ROOT, "it marks %.1f %% of the image as defect: is it inverted?", 100 * share));
        }
        return options.upright() ? stored.upright(decoded.orientation()) : stored;
    }

    /** The luma of each pixel, in the depth of the file. */
    private static final class Luma {
        private final int width;
        private final int height;
        private final char[] values;

        Luma(Decoded decoded) {
            Pixels pixels = decoded.pixels();
            this.width = pixels.width();
            this.height = pixels.height();
            this.values = new char[width * height];
            int[] row = new int[3 * width];
            for (int y = 0; y < height; y++) {
                pixels.row(y, row);
                for (int x = 0; x < width; x++) {
                    long luma = 19595L * row[3 * x] + 38470L * row[3 * x + 1] + 7471L * row[3 * x + 2] + 32768 >> 16;
                    values[y * width + x] = (char) luma;
                }
            }
        }

        Mask above(int level) {
            boolean[] set = new boolean[values.length];
            for (int i = 0; i < set.length; i++) {
                set[i] = values[i] > level;
            }
            return new Mask(width, height, set);
        }

        int largest() {
            int largest = 0;
            for (char value : values) {
                largest = Math.max(largest, value);
            }
            return largest;
        }

        int levels() {
            BitSet found = new BitSet();
            for (char value : values) {
                found.set(value);
            }
            return found.cardinality();
        }
    }
}
