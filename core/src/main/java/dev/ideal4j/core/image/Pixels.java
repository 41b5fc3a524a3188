package dev.ideal4j.core.image;

/** A decoded image as rows of RGB in its own depth, before it becomes an {@link RgbImage} or a {@link Mask}. */
interface Pixels {
    /** Width in pixels. */
    int width();

    /** Height in pixels. */
    int height();

    /** Bits of a sample, 8 to 16. */
    int bits();

    /**
     * Copies a row. Rows are asked for from the top down, each once.
     *
     * @param rgb receives {@code 3 · width} samples: red, green, blue
     */
    void row(int y, int[] rgb);
}
