package dev.ideal4j.core.image;

import dev.ideal4j.core.InvalidInputException;
import java.awt.image.BufferedImage;
import java.util.Arrays;

/** An 8-bit RGB image. Immutable by convention: {@link #samples()} is not a copy and must not be written to. */
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
                    "image",
                    width + "×" + height + " with " + samples.length + " bytes",
                    "at least 1×1 with 3 bytes a pixel");
        }
        this.width = width;
        this.height = height;
        this.samples = samples;
    }

    /**
     * An image of Java's own, with the samples that {@link ImageReader} reads from the PNG of that image: grey is repeated, a
     * palette expanded, alpha dropped (not blended), 16-bit samples keep their upper 8 bits. Samples are taken as stored,
     * without a colour conversion. {@link BufferedImage#getRGB} would brighten grey, because it converts it to sRGB.
     *
     * @param image of any type with grey of 1, 2, 4 or 8 to 16 bits, or with colours of up to 16 bits; not modified
     * @return a copy
     * @throws InvalidInputException if its samples are of another kind
     */
    public static RgbImage of(BufferedImage image) {
        try {
            return ImageReader.toRgb(
                    Decoded.single(RasterPixels.of(image), Orientation.UPRIGHT), ReadOptions.AS_STORED);
        } catch (ImageFault e) {
            throw new InvalidInputException("image", e.found, e.expected);
        }
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

    /** Whether the other is an image of the same size and content. */
    @Override
    public boolean equals(Object other) {
        return other instanceof RgbImage same
                && width == same.width
                && height == same.height
                && Arrays.equals(samples, same.samples);
    }

    @Override
    public int hashCode() {
        return 31 * (31 * width + height) + Arrays.hashCode(samples);
    }
}
