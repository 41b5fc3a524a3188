package dev.ideal4j.core.image;

/**
 * A decoded image as rows of RGB in its original bit depth, before it is converted to an {@link RgbImage} or a {@link
 * Mask}.
 */
interface Pixels {
    /** Width in pixels. */
    int width();

    /** Height in pixels. */
    int height();

    /** Bits per sample, 8 to 16; 0 if the samples are signed, longer, or in floating-point. */
    int bits();

    /** Whether {@link Levels} apply to the samples. */
    default boolean isDeep() {
        return bits() != 8;
    }

    /**
     * Copies a row. {@link #bits} must not be 0. Rows must be read from the top down, each once.
     *
     * @param rgb receives {@code 3 · width} samples: red, green, blue
     */
    void row(int y, int[] rgb);

    /**
     * Copies a row like {@link #row}. {@link #bits} must be 8.
     *
     * @param rgb receives {@code 3 · width} samples: red, green, blue
     * @param at index of the first sample in {@code rgb}
     */
    default void bytes(int y, byte[] rgb, int at) {
        int[] row = new int[3 * width()];
        row(y, row);
        for (int i = 0; i < row.length; i++) {
            rgb[at + i] = (byte) row[i];
        }
    }

    /**
     * Copies a row of any samples, like {@link #row}.
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
