package dev.ideal4j.core.image;

import java.awt.Rectangle;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The rows of an image that is decoded from the top down in bands of full width. One band is in memory at a time. */
final class BandPixels implements Pixels {
    /** Minimum number of rows in a band. */
    private static final int LEAST_ROWS = 256;

    /**
     * Maximum number of bands if the decoder starts at the beginning of the file for each band. Eight such bands take
     * 4.5 times the work of decoding the image once.
     */
    private static final int MOST_BANDS = 8;

    private final int width;
    private final int height;
    private final int rows;
    private final Region region;
    private Pixels band;
    private int first;

    /** Decodes a part of an image. */
    @FunctionalInterface
    interface Region {
        /** Decodes a rectangle of full width, or the whole image if {@code part} is null. */
        Pixels decode(@Nullable Rectangle part) throws IOException;
    }

    /** Thrown if a band cannot be decoded after earlier bands were decoded. */
    static final class Fault extends RuntimeException {
        private static final long serialVersionUID = 1L;

        final Exception cause;

        Fault(Exception cause) {
            super(cause);
            this.cause = cause;
        }
    }

    private BandPixels(int width, int height, int rows, Region region) throws IOException {
        this.width = width;
        this.height = height;
        this.rows = rows;
        this.region = region;
        this.band = region.decode(new Rectangle(0, 0, width, rows));
    }

    /**
     * Returns the pixels of an image.
     *
     * @param inBands whether the pixels may be decoded lazily in bands
     * @param skips whether the decoder can reach a band without decoding the bands above it
     */
    static Pixels of(int width, int height, boolean inBands, boolean skips, Region region) throws IOException {
        int rows = Math.max(LEAST_ROWS, skips ? 0 : (height + MOST_BANDS - 1) / MOST_BANDS);
        boolean large = (long) width * height >= ImageReader.LARGE;
        return inBands && large && rows < height ? new BandPixels(width, height, rows, region) : region.decode(null);
    }

    private Pixels bandOf(int y) {
        if (y >= first + band.height()) {
            first = y;
            try {
                band = region.decode(new Rectangle(0, y, width, Math.min(rows, height - y)));
            } catch (IOException | RuntimeException e) {
                throw new Fault(e);
            }
        }
        return band;
    }

    @Override
    public int width() {
        return width;
    }

    @Override
    public int height() {
        return height;
    }

    @Override
    public int bits() {
        return band.bits();
    }

    @Override
    public void row(int y, int[] rgb) {
        Pixels of = bandOf(y);
        of.row(y - first, rgb);
    }

    @Override
    public void bytes(int y, byte[] rgb, int at) {
        Pixels of = bandOf(y);
        of.bytes(y - first, rgb, at);
    }

    @Override
    public void values(int y, double[] rgb) {
        Pixels of = bandOf(y);
        of.values(y - first, rgb);
    }
}
