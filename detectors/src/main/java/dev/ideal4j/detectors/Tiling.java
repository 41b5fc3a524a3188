package dev.ideal4j.detectors;

import dev.ideal4j.core.InvalidInputException;
import java.util.ArrayList;
import java.util.List;

/**
 * How a large image is cut into square tiles that overlap. The tiles cover the image; those at the right and the lower edge
 * are moved inwards, so all have one size.
 *
 * @param size side of a tile in pixels of the scaled image, 16 or more
 * @param overlap pixels that neighbouring tiles share at least, 0 to half the size
 * @param scale factor that images are resized by before they are cut, above 0, at most 4
 */
public record Tiling(int size, int overlap, double scale) {
    private static final int LEAST_SIZE = 16;
    private static final double LARGEST_SCALE = 4;

    /** Checks the ranges. */
    public Tiling {
        if (size < LEAST_SIZE) {
            throw new InvalidInputException("tile", Integer.toString(size), LEAST_SIZE + " pixels or more");
        }
        if (overlap < 0 || overlap > size / 2) {
            throw new InvalidInputException("overlap", Integer.toString(overlap), "0 to half a tile, " + size / 2);
        }
        if (!(scale > 0 && scale <= LARGEST_SCALE)) {
            throw new InvalidInputException("scale", Double.toString(scale), "above 0, at most " + LARGEST_SCALE);
        }
    }

    /** Tiles of a size that share a quarter with their neighbours, of images as they are. */
    public static Tiling of(int size) {
        return new Tiling(size, size / 4, 1);
    }

    /** A length of the scaled image, at least one tile. */
    int scaled(int length) {
        return Math.max(size, (int) Math.round(length * scale));
    }

    /** The first pixels of the tiles along a side of the scaled image. */
    List<Integer> starts(int length) {
        int step = Math.max(1, size - overlap);
        int count = (int) Math.ceil((double) (length - size) / step) + 1;
        List<Integer> starts = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            // Evenly spread, so that no two tiles at the end overlap far more than the others.
            starts.add(count == 1 ? 0 : (int) ((long) i * (length - size) / (count - 1)));
        }
        return starts;
    }
}
