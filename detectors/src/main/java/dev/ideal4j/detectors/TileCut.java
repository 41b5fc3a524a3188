package dev.ideal4j.detectors;

import dev.ideal4j.core.image.Mask;
import dev.ideal4j.core.image.PillowResize;
import dev.ideal4j.core.image.RgbImage;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Cuts an image into tiles, from top to bottom. Only the rows of one row of tiles of the scaled image are in memory. */
final class TileCut {
    /** Width of the scaled image. */
    final int width;

    /** Height of the scaled image. */
    final int height;

    /** Side of a tile. */
    final int side;

    private final RgbImage.@Nullable Rows image;
    private final List<Integer> tops;
    private final List<Integer> lefts;
    private final byte[] band;
    private int first;
    private int read;

    /**
     * @param original image of which no row has been read
     */
    TileCut(Tiling tiling, RgbImage.Rows original) {
        this(tiling, original.width(), original.height(), original);
    }

    /** Computes the places of tiles, without an image. */
    TileCut(Tiling tiling, int originalWidth, int originalHeight) {
        this(tiling, originalWidth, originalHeight, null);
    }

    private TileCut(Tiling tiling, int originalWidth, int originalHeight, RgbImage.@Nullable Rows original) {
        this.width = tiling.scaled(originalWidth);
        this.height = tiling.scaled(originalHeight);
        this.side = tiling.sideOf(width, height);
        this.tops = tiling.starts(height, side);
        this.lefts = tiling.starts(width, side);
        this.image =
                original == null ? null : PillowResize.resize(original, width, height, PillowResize.Filter.BICUBIC);
        this.band = new byte[original == null ? 0 : Math.multiplyExact(3 * width, down())];
    }

    /** Number of tiles; they are numbered row by row. */
    int count() {
        return rows() * columns();
    }

    /** Number of rows of tiles. */
    int rows() {
        return tops.size();
    }

    /** Number of tiles per row. */
    int columns() {
        return lefts.size();
    }

    /** Whether two tiles are the same or adjacent, also diagonally. */
    boolean touch(int one, int other) {
        return Math.abs(one / columns() - other / columns()) <= 1 && Math.abs(one % columns() - other % columns()) <= 1;
    }

    /** First column of a tile. */
    int left(int tile) {
        return lefts.get(tile % lefts.size());
    }

    /** First row of a tile. */
    int top(int tile) {
        return tops.get(tile / lefts.size());
    }

    /** Number of columns that neighbouring tiles share at least; 0 if a tile has no neighbour. */
    int sharedColumns() {
        return shared(lefts);
    }

    /** Number of rows that neighbouring tiles share at least; 0 if a tile has no neighbour. */
    int sharedRows() {
        return shared(tops);
    }

    private int shared(List<Integer> starts) {
        return IntStream.range(1, starts.size())
                .map(i -> side - starts.get(i) + starts.get(i - 1))
                .min()
                .orElse(0);
    }

    /** Number of columns of a tile that lie in the image. */
    private int across() {
        return Math.min(side, width);
    }

    /** Number of rows of a tile that lie in the image. */
    private int down() {
        return Math.min(side, height);
    }

    /**
     * Cuts a tile, grey beyond the image. Rows of tiles must be cut from top to bottom.
     *
     * @throws IllegalStateException if the tile is above the last one that was cut
     */
    RgbImage tile(int tile) {
        moveTo(top(tile));
        byte[] samples = new byte[3 * side * side];
        for (int y = 0; y < down(); y++) {
            System.arraycopy(band, 3 * (y * width + left(tile)), samples, 3 * y * side, 3 * across());
        }
        RgbImage cut = new RgbImage(side, side, samples);
        Mask beyond = ignored(null, tile);
        return beyond == null ? cut : beyond.hide(cut);
    }

    /** Reads the image rows of a row of tiles. */
    private void moveTo(int top) {
        if (top < first) {
            throw new IllegalStateException("tiles are cut from the top down");
        }
        RgbImage.Rows image = Objects.requireNonNull(this.image, "places without an image");
        int row = 3 * width;
        int kept = Math.max(0, read - top);
        System.arraycopy(band, (read - first - kept) * row, band, 0, kept * row);
        for (; read < top; read++) {
            image.next(band, kept * row);
        }
        for (; read < top + down(); read++) {
            image.next(band, (read - top) * row);
        }
        first = top;
    }

    /** The pixels of a tile that do not count: those beyond the image, and those of a mask; null if all count. */
    @Nullable
    Mask ignored(@Nullable Mask whole, int tile) {
        if (across() == side && down() == side) {
            return whole == null ? null : mask(whole, tile);
        }
        Mask ignored = whole == null ? new Mask(side, side, new boolean[side * side]) : mask(whole, tile);
        for (int y = 0; y < side; y++) {
            Arrays.fill(ignored.pixels(), y * side + (y < down() ? across() : 0), (y + 1) * side, true);
        }
        return ignored;
    }

    /** A mask of the whole image, resized to the scaled image; null for null. */
    @Nullable
    Mask scaled(@Nullable Mask whole) {
        return whole == null ? null : whole.resize(width, height);
    }

    /** A tile of a {@link #scaled} mask, without marks beyond the image. */
    Mask mask(Mask scaled, int tile) {
        boolean[] pixels = new boolean[side * side];
        for (int y = 0; y < down(); y++) {
            int from = (top(tile) + y) * width + left(tile);
            System.arraycopy(scaled.pixels(), from, pixels, y * side, across());
        }
        return new Mask(side, side, pixels);
    }
}
