package dev.ideal4j.core.image;

/** A decoded image as rows of RGB in its own depth, before it becomes an {@link RgbImage} or a {@link Mask}. */
interface Pixels {
    /** Width in pixels. */
    int width();

    /** Height in pixels. */
    int height();

    /** Bits of a sample, 8 to 16; 0 if samples are signed, longer, or in floating-point. */
    int bits();

    /** Whether {@link Levels} apply. */
    default boolean isDeep() {
        return bits() != 8;
    }

    /**
     * Copies a row, if {@link #bits} is not 0. Rows are asked for from the top down, each once.
     *
     * @param rgb receives {@code 3 · width} samples: red, green, blue
     */
    void row(int y, int[] rgb);

    /**
     * Copies a row, if {@link #bits} is 8, as {@link #row} does.
     *
     * @param rgb receives {@code 3 · width} samples: red, green, blue
     * @param at where they begin
     */
    default void bytes(int y, byte[] rgb, int at) {
        int[] row = new int[3 * width()];
        row(y, row);
        for (int i = 0; i < row.length; i++) {
            rgb[at + i] = (byte) row[i];
        }
    }

    /**
     * Copies a row of any samples, as {@link #row} does.
     *
     * @param rgb receives {@code 3 · width} samples: red, green, blue
     */
    default void values(int y, double[] rgb) {
        int[] row = new int[rgb.length];
        row(y, row);
        for (int i = 0; i < row.length; i++) {
            rgb[i] = row[i];
        }
    }
}
