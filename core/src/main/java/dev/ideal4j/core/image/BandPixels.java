package dev.ideal4j.core.image;

import java.awt.Rectangle;
import java.io.IOException;

/**
 * The rows of an image that is decoded in bands of full width, from the top down, so that one band lies in memory at a time.
 */
final class BandPixels implements Pixels {
    /** Rows of a band, at least. */
    private static final int LEAST_ROWS = 256;

    /** Bands of a decoder that begins each at the start of the file: the work is 4.5 times that of the whole image. */
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
        /** The pixels of a rectangle of full width, or of the whole image for null. */
        Pixels decode(Rectangle part) throws IOException;
    }

    /** A band that could not be decoded, after others could. */
    static final class Fault extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Fault(Exception cause) {
            super(cause);
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
     * The pixels of an image.
     *
     * @param inBands whether they may be decoded as they are asked for
     * @param skips whether the decoder finds a band without decoding those above it
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
