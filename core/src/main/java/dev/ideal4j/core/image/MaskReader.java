package dev.ideal4j.core.image;

import dev.ideal4j.core.FileAccessException;
import dev.ideal4j.core.FileFormatException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.IntPredicate;

/**
 * Reads masks from any image that {@link ImageReader} reads. A pixel is set where its luma is above 0: Pillow's {@code
 * convert("L")}, {@code (19595 R + 38470 G + 7471 B + 32768) / 65536}.
 *
 * <p>So grey counts from 1 up (0/1, 0/255 and label masks alike, 16 bits too), a palette by its colours rather than its
 * indices (black is good, whatever its place), and alpha not at all.
 */
public final class MaskReader {
    /** More grey levels than this are soft edges, unless they are small numbers of classes. */
    private static final int MOST_CLASSES = 16;

    /** Largest number of a class where there are more than {@link #MOST_CLASSES}. Soft edges end at a bright level. */
    private static final int LARGEST_CLASS = 127;

    private MaskReader() {}

    /**
     * Reads a file.
     *
     * @throws FileAccessException if it is missing or cannot be read
     * @throws FileFormatException if its content is not an image of a known kind, or is damaged or too large
     */
    public static Mask read(Path file) {
        return new Luma(ImageDecoder.decode(file), file.toString()).above(0);
    }

    /**
     * Reads a stream to its end; it is not closed.
     *
     * @param name stands for the file in messages
     * @throws FileAccessException if the stream fails
     * @throws FileFormatException as {@link #read(Path)}
     */
    public static Mask read(InputStream stream, String name) {
        return new Luma(ImageDecoder.decode(stream, name), name).above(0);
    }

    /**
     * Reads the content of a file.
     *
     * @param file not modified
     * @param name stands for the file in messages
     * @throws FileFormatException as {@link #read(Path)}
     */
    public static Mask read(byte[] file, String name) {
        return new Luma(ImageDecoder.decode(file, name), name).above(0);
    }

    /**
     * Reads a mask that somebody drew. JPEG and soft edges add grey levels around a defect. If the file is a JPEG, or has more
     * than 16 grey levels of which the largest is over 127, a pixel is set when its luma is above half of the largest luma.
     * Otherwise a pixel is set when its luma is above 0. A note tells when there are more than two levels, another when more
     * than half of the pixels are set.
     *
     * @throws FileAccessException if it is missing or cannot be read
     * @throws FileFormatException if its content is not an image of a known kind, or is damaged or too large
     */
    public static Mask readDrawn(Path file, ReadOptions options) {
        Decoded decoded = ImageDecoder.decode(file);
        return drawn(new Luma(decoded, file.toString()), decoded, options);
    }

    private static Mask drawn(Luma luma, Decoded decoded, ReadOptions options) {
        boolean soft = luma.isSoft(decoded.lossy());
        if (luma.levels.cardinality() > 2) {
            options.notes()
                    .accept("it has " + luma.levels.cardinality() + " grey levels; a pixel counts as defect above "
                            + (soft ? "half of the largest level, " + luma.largest() : "level 0"));
        }
        return finished(luma.above(soft ? luma.largest() / 2 : 0), decoded, options);
    }

    /** Notes a mask that may be inverted, and turns the mask. */
    private static Mask finished(Mask stored, Decoded decoded, ReadOptions options) {
        double share = stored.share();
        if (share > 0.5) {
            options.notes()
                    .accept(String.format(
                            Locale.ROOT, "it marks %.1f %% of the image as defect: is it inverted?", 100 * share));
        }
        return options.upright() ? stored.upright(decoded.orientation()) : stored;
    }

    /**
     * Reads a class-index mask: 0 is good, and each other level is a type of defect. If it is a mask of one class, or a JPEG or
     * soft-edged mask, {@link #readDrawn} reads it.
     *
     * @return the mask of each level above 0; or one mask of level 0 for a mask without classes
     * @throws FileAccessException if it is missing or cannot be read
     * @throws FileFormatException if its content is not an image of a known kind, or is damaged or too large
     */
    public static SortedMap<Integer, Mask> readClasses(Path file, ReadOptions options) {
        Decoded decoded = ImageDecoder.decode(file);
        Luma luma = new Luma(decoded, file.toString());
        int count = luma.levels.cardinality();
        SortedMap<Integer, Mask> classes = new TreeMap<>();
        if (count < 3 || luma.isSoft(decoded.lossy())) {
            classes.put(0, drawn(luma, decoded, options));
            return classes;
        }
        if ((long) count * luma.values.length > Integer.MAX_VALUE) {
            throw new FileFormatException(
                    file,
                    count + " classes of " + luma.values.length + " pixels",
                    "at most " + Integer.MAX_VALUE + " in all");
        }
        for (int level = luma.levels.nextSetBit(1); level >= 0; level = luma.levels.nextSetBit(level + 1)) {
            classes.put(level, finished(luma.at(level), decoded, options));
        }
        return classes;
    }

    /** The luma of each pixel, in the depth of the file. */
    private static final class Luma {
        private final int width;
        private final int height;
        private final char[] values;
        private final BitSet levels = new BitSet();

        Luma(Decoded decoded, String name) {
            Pixels pixels = decoded.pixels();
            if (pixels.bits() == 0) {
                throw new FileFormatException(
                        name,
                        "samples that are signed, longer than 16 bits or in floating-point",
                        "a mask of 1 to 16 bits",
                        null);
            }
            this.width = pixels.width();
            this.height = pixels.height();
            this.values = new char[width * height];
            int[] row = new int[3 * width];
            for (int y = 0; y < height; y++) {
                pixels.row(y, row);
                for (int x = 0; x < width; x++) {
                    long luma = 19595L * row[3 * x] + 38470L * row[3 * x + 1] + 7471L * row[3 * x + 2] + 32768 >> 16;
                    values[y * width + x] = (char) luma;
                    levels.set((int) luma);
                }
            }
        }

        Mask above(int level) {
            return where(value -> value > level);
        }

        Mask at(int level) {
            return where(value -> value == level);
        }

        private Mask where(IntPredicate marked) {
            boolean[] set = new boolean[values.length];
            for (int i = 0; i < set.length; i++) {
                set[i] = marked.test(values[i]);
            }
            return new Mask(width, height, set);
        }

        int largest() {
            return levels.length() - 1;
        }

        /** Whether the grey levels are those of edges, not of classes. */
        boolean isSoft(boolean lossy) {
            return lossy || levels.cardinality() > MOST_CLASSES && largest() > LARGEST_CLASS;
        }
    }
}
