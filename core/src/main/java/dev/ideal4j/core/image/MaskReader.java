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
 * Reads masks from any image that {@link ImageReader} reads. A pixel is set if its luma is above 0. The luma is that of
 * Pillow's {@code convert("L")}: {@code (19595 R + 38470 G + 7471 B + 32768) / 65536}.
 *
 * <p>A grey pixel is therefore set from level 1 on, for 0/1, 0/255 and class-index masks and also for 16 bits. In a
 * palette image, the colour counts and not the index, and black is always normal. Alpha is ignored.
 */
public final class MaskReader {
    /** More grey levels than this are soft edges, unless the largest level is at most {@link #LARGEST_CLASS}. */
    private static final int MOST_CLASSES = 16;

    /**
     * Largest class index in a mask of more than {@link #MOST_CLASSES} levels. Masks with soft edges contain brighter
     * levels.
     */
    private static final int LARGEST_CLASS = 127;

    private MaskReader() {}

    /**
     * Reads a file.
     *
     * @throws FileAccessException if the file is missing or cannot be read
     * @throws FileFormatException if the content is not an image of a supported format, is damaged, or is too large
     */
    public static Mask read(Path file) {
        return new Luma(ImageDecoder.decode(file), file.toString()).above(0);
    }

    /**
     * Reads a stream to its end. The stream is not closed.
     *
     * @param name name of the stream in messages
     * @throws FileAccessException if the stream fails
     * @throws FileFormatException like {@link #read(Path)}
     */
    public static Mask read(InputStream stream, String name) {
        return new Luma(ImageDecoder.decode(stream, name), name).above(0);
    }

    /**
     * Reads the content of a file.
     *
     * @param file the bytes of the file; not modified
     * @param name name of the file in messages
     * @throws FileFormatException like {@link #read(Path)}
     */
    public static Mask read(byte[] file, String name) {
        return new Luma(ImageDecoder.decode(file, name), name).above(0);
    }

    /**
     * Reads a mask that a person drew. JPEG and soft edges add grey levels around a defect. If the file is a JPEG, or
     * has more than 16 grey levels of which the largest is over 127, a pixel is set when its luma is above half of the
     * largest luma. Otherwise a pixel is set when its luma is above 0. A note reports more than two grey levels, and
     * another note reports more than half of the pixels set.
     *
     * @throws FileAccessException if the file is missing or cannot be read
     * @throws FileFormatException if the content is not an image of a supported format, is damaged, or is too large
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

    /** Sends a note if the mask may be inverted, and applies the orientation. */
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
     * Reads a class-index mask: level 0 is normal, and each other level is a type of defect. A mask of one class, a
     * JPEG and a mask with soft edges are read like {@link #readDrawn}.
     *
     * @return the mask of each level above 0; for a mask without classes, one mask with key 0
     * @throws FileAccessException if the file is missing or cannot be read
     * @throws FileFormatException if the content is not an image of a supported format, is damaged, or is too large
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

    /** The luma of each pixel, in the bit depth of the file. */
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

        /** Whether the grey levels come from soft edges, not from classes. */
        boolean isSoft(boolean lossy) {
            return lossy || levels.cardinality() > MOST_CLASSES && largest() > LARGEST_CLASS;
        }
    }
}
