package dev.ideal4j.core.image;

import dev.ideal4j.core.InvalidInputException;

/** An 8-bit RGB picture. Immutable by convention: {@link #samples()} is not a copy and must not be written to. */
public final class RgbImage {
    private final int width;
    private final int height;
    private final byte[] samples;

    /**
     * @param width pixels, 1 or more
     * @param height pixels, 1 or more
     * @param samples {@code height · width · 3} unsigned bytes: row by row, red, green, blue; kept, not copied
     */
    public RgbImage(int width, int height, byte[] samples) {
        if (width < 1 || height < 1 || samples.length != 3L * width * height) {
            throw new InvalidInputException(
                    "picture",
                    width + "×" + height + " with " + samples.length + " bytes",
                    "at least 1×1 with 3 bytes a pixel");
        }
        this.width = width;
        this.height = height;
        this.samples = samples;
    }

    /** Width in pixels. */
    public int width() {
        return width;
    }

    /** Height in pixels. */
    public int height() {
        return height;
    }

    /** The samples themselves: row by row, red, green, blue, unsigned. Not a copy. */
    public byte[] samples() {
        return samples;
    }
}
