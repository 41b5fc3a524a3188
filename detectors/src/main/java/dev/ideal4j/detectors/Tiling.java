package dev.ideal4j.detectors;

import dev.ideal4j.core.InvalidInputException;
import java.util.ArrayList;
import java.util.List;

/**
 * How an image is cut into square tiles that overlap. The tiles cover the image and are evenly spread. An image that is smaller
 * than a tile is not stretched: the rest of the tile does not count.
 *
 * @param side what the tiles' side is
 * @param size side of a tile in pixels of the scaled image, 16 or more; 0 if the side comes from each image
 * @param overlap pixels that neighbouring tiles share at least, 0 to half the size; 0 if the side comes from each image, whose
 *     tiles then share a quarter
 * @param scale factor that images are resized by before they are cut, above 0, at most 4
 */
public record Tiling(Side side, int size, int overlap, double scale) {
    private static final int LEAST_SIZE = 16;
    private static final double LARGEST_SCALE = 4;

    /** The side of tiles. */
    public enum Side {
        /** So many pixels. */
        FIXED,
        /** The shorter side of the image: as many tiles as the image is oblong. */
        SHORTER,
        /** The longer side of the image: one tile with the whole image in it. */
        LONGER
    }

    /** Tiles as high as a wide image, or as wide as a high one. */
    public static final Tiling SHORT_SIDE = new Tiling(Side.SHORTER, 0, 0, 1);

    /** The whole image in one square, with its proportions. */
    public static final Tiling FIT = new Tiling(Side.LONGER, 0, 0, 1);

    /** Checks the ranges. */
    public Tiling {
        if (side == Side.FIXED && size < LEAST_SIZE) {
            throw new InvalidInputException("tile", Integer.toString(size), LEAST_SIZE + " pixels or more");
        }
        if (side != Side.FIXED && size != 0) {
            throw new InvalidInputException("tile", Integer.toString(size), "0: the side comes from each image");
        }
        if (overlap < 0 || overlap > size / 2) {
            throw new InvalidInputException("overlap", Integer.toString(overlap), "0 to half a tile, " + size / 2);
        }
        if (!(scale > 0 && scale <= LARGEST_SCALE)) {
            throw new InvalidInputException("scale", Double.toString(scale), "above 0, at most " + LARGEST_SCALE);
        }
    }

    /** Tiles of a fixed size. */
    public Tiling(int size, int overlap, double scale) {
        this(Side.FIXED, size, overlap, scale);
    }

    /** Tiles of a size that share a quarter with their neighbours, of images as they are. */
    public static Tiling of(int size) {
        return new Tiling(size, size / 4, 1);
    }

    /** A length of the scaled image. */
    int scaled(int length) {
        return Math.max(1, (int) Math.round(length * scale));
    }

    /** The side of the tiles of a scaled image. */
    int sideOf(int width, int height) {
        return switch (side) {
            case FIXED -> size;
            case SHORTER -> Math.min(width, height);
            case LONGER -> Math.max(width, height);
        };
    }

    /** The first pixels of the tiles along a length of the scaled image, at least one. */
    List<Integer> starts(int length, int side) {
        int share = this.side == Side.FIXED ? overlap : side / 4;
        int step = Math.max(1, side - share);
        int count = length <= side ? 1 : (int) Math.ceil((double) (length - side) / step) + 1;
        List<Integer> starts = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            // Evenly spread, so that no two tiles at the end overlap far more than the others.
            starts.add(count == 1 ? 0 : (int) ((long) i * (length - side) / (count - 1)));
        }
        return starts;
    }
}
