package dev.ideal4j.detectors;

import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.image.Mask;
import dev.ideal4j.core.image.RgbImage;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * How an image is cut into square tiles that overlap. The tiles cover the image and are evenly spread. If the image is
 * smaller than a tile, it is not stretched, and the rest of the tile does not count.
 *
 * @param side how the side of the tiles is chosen
 * @param size side of a tile in pixels of the scaled image, 16 or more; 0 if the side comes from each image
 * @param overlap least number of pixels that neighbouring tiles share, 0 to half the size; 0 if the side comes from each
 *     image, whose tiles then share at least a quarter of their side
 * @param scale factor that images are resized by before they are cut, above 0, at most 4
 * @param aligned whether a tile is compared only with the references' tiles at its place and at the places around it, for
 *     parts that lie in the same place in each image. All images must then have one size.
 */
public record Tiling(Side side, int size, int overlap, double scale, boolean aligned) {
    private static final int LEAST_SIZE = 16;
    private static final double LARGEST_SCALE = 4;

    /** The side of tiles. */
    public enum Side {
        /** The given number of pixels. */
        FIXED,
        /** The shorter side of the image. The more oblong the image, the more tiles it has. */
        SHORTER,
        /** The longer side of the image. One tile contains the whole image. */
        LONGER
    }

    /** Tiles as high as a wide image, or as wide as a high one. */
    public static final Tiling SHORT_SIDE = new Tiling(Side.SHORTER, 0, 0, 1, false);

    /** The whole image in one square, with its proportions. */
    public static final Tiling FIT = new Tiling(Side.LONGER, 0, 0, 1, false);

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

    /** Tiles of a fixed size, compared with those of all places. */
    public Tiling(int size, int overlap, double scale) {
        this(Side.FIXED, size, overlap, scale, false);
    }

    /** Tiles of a fixed size on unscaled images. Neighbouring tiles share at least a quarter of their side. */
    public static Tiling of(int size) {
        return new Tiling(size, size / 4, 1);
    }

    /** These tiles, compared place by place. */
    public Tiling asAligned() {
        return new Tiling(side, size, overlap, scale, true);
    }

    /** Number of tiles of an image; they are numbered row by row, from 0. */
    public int count(int width, int height) {
        return rows(height, width) * rows(width, height);
    }

    /** Tiles along a side of an image. */
    private int rows(int length, int other) {
        return starts(scaled(length), sideOf(scaled(length), scaled(other))).size();
    }

    /**
     * The place in an image that corresponds to a place in another image; the same place if both have the same size.
     *
     * @param place number of a tile of the other image
     * @param otherWidth width of the other image
     * @param otherHeight height of the other image
     */
    public int place(int place, int otherWidth, int otherHeight, int width, int height) {
        int otherColumns = rows(otherWidth, otherHeight);
        int columns = rows(width, height);
        int row = along(place / otherColumns, rows(otherHeight, otherWidth), rows(height, width));
        return row * columns + along(place % otherColumns, otherColumns, columns);
    }

    private static int along(int at, int of, int count) {
        return of == 1 ? (count - 1) / 2 : (int) Math.round((double) at * (count - 1) / (of - 1));
    }

    /** A tile of an image, grey beyond the image. */
    public RgbImage tile(RgbImage image, int place) {
        return new TileCut(this, image.rows()).tile(place);
    }

    /** A tile of a mask of an image. */
    public Mask tile(Mask mask, int place) {
        TileCut cut = new TileCut(this, mask.width(), mask.height());
        return cut.mask(mask.resize(cut.width, cut.height), place);
    }

    /** For each tile, the number of its pixels that a mask of an image marks. */
    public int[] marked(Mask mask) {
        TileCut cut = new TileCut(this, mask.width(), mask.height());
        Mask scaled = mask.resize(cut.width, cut.height);
        return IntStream.range(0, cut.count())
                .map(i -> cut.mask(scaled, i).marked())
                .toArray();
    }

    /** The length in the scaled image, in pixels, of a length in the image. */
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

    /** The first pixel of each tile along a side of the scaled image; at least one tile. */
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
