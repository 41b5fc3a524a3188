package dev.ideal4j.core.image;

/** The rows of a decoded image in 8 bits. They contain the upper 8 bits of each sample, or samples scaled by levels. */
final class RgbRows implements RgbImage.Rows {
    /** 16-bit samples below this value are probably 12-bit data. */
    private static final int TWELVE_BITS = 1 << 12;

    private final Pixels pixels;
    private final ReadOptions options;
    private final boolean scaled;
    private final String name;
    private final int[] row;
    private final double[] values;
    private int y;
    private int most;

    private RgbRows(Pixels pixels, ReadOptions options, boolean scaled, String name) {
        this.name = name;
        this.pixels = pixels;
        this.options = options;
        this.scaled = scaled;
        this.row = new int[scaled || pixels.bits() == 8 ? 0 : 3 * pixels.width()];
        this.values = new double[scaled ? 3 * pixels.width() : 0];
    }

    /**
     * Returns the rows as stored, not rotated.
     *
     * @param name of the file, for messages
     */
    static RgbRows of(Decoded decoded, ReadOptions options, String name) throws ImageFault {
        Pixels pixels = decoded.pixels();
        if (decoded.pages() > 1) {
            options.notes()
                    .accept("it has " + decoded.pages()
                            + " pages, of which the first is read; FILE#2 reads the second");
        }
        if (decoded.profile() != null) {
            options.notes().accept("its colour profile " + decoded.profile() + " is not applied");
        }
        boolean scaled = options.levels() != null && pixels.isDeep();
        if (options.levels() != null && !scaled) {
            options.notes().accept("levels have no effect, because its samples have 8 bits");
        }
        if (!scaled && pixels.bits() == 0) {
            throw new ImageFault(
                    "samples that are signed, longer than 16 bits or in floating-point",
                    "unsigned samples of 1 to 16 bits, or the levels of black and white");
        }
        return new RgbRows(pixels, options, scaled, name);
    }

    @Override
    public int width() {
        return pixels.width();
    }

    @Override
    public int height() {
        return pixels.height();
    }

    @Override
    public void next(byte[] rgb, int at) {
        try {
            row(rgb, at);
        } catch (BandPixels.Fault e) {
            throw ImageDecoder.unreadable(name, e.cause);
        }
        if (++y == height() && !scaled && pixels.bits() == 16 && most > 0 && most < TWELVE_BITS) {
            options.notes()
                    .accept("its largest 16-bit sample is " + most
                            + ", so it reads nearly black: give levels, such as 0..4095 for 12-bit data");
        }
    }

    private void row(byte[] rgb, int at) {
        Levels levels = options.levels();
        if (scaled && levels != null) {
            pixels.values(y, values);
            for (int i = 0; i < values.length; i++) {
                rgb[at + i] = levels.apply(values[i]);
            }
        } else if (pixels.bits() == 8) {
            pixels.bytes(y, rgb, at);
        } else {
            int down = pixels.bits() - 8;
            pixels.row(y, row);
            for (int i = 0; i < row.length; i++) {
                rgb[at + i] = (byte) (row[i] >> down);
                most = Math.max(most, row[i]);
            }
        }
    }
}
