package dev.ideal4j.core.image;

import dev.ideal4j.core.InvalidInputException;
import java.awt.image.BufferedImage;
import java.nio.ByteBuffer;
import java.nio.ShortBuffer;
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
            return RgbRows.of(
                            Decoded.single(RasterPixels.of(image), Orientation.UPRIGHT), ReadOptions.AS_STORED, "image")
                    .whole();
        } catch (ImageFault e) {
            throw new InvalidInputException("image", e.found, e.expected);
        }
    }

    /**
     * An image from interleaved bytes red, green, blue.
     *
     * @param pixels from its position on; row by row. Neither the position nor the content changes
     * @param width pixels, 1 or more
     * @param height pixels, 1 or more
     * @param stride bytes from one row to the next, {@code 3 · width} or more
     * @return a copy
     * @throws InvalidInputException if the bytes are too few
     */
    public static RgbImage ofRgb(ByteBuffer pixels, int width, int height, int stride) {
        return of(pixels, width, height, stride, 3, 0, 1, 2);
    }

    /** As {@link #ofRgb(ByteBuffer, int, int, int)}, from an array. */
    public static RgbImage ofRgb(byte[] pixels, int width, int height, int stride) {
        return ofRgb(ByteBuffer.wrap(pixels), width, height, stride);
    }

    /** As {@link #ofRgb(ByteBuffer, int, int, int)}, with bytes in the order blue, green, red, as OpenCV has them. */
    public static RgbImage ofBgr(ByteBuffer pixels, int width, int height, int stride) {
        return of(pixels, width, height, stride, 3, 2, 1, 0);
    }

    /** As {@link #ofBgr(ByteBuffer, int, int, int)}, from an array. */
    public static RgbImage ofBgr(byte[] pixels, int width, int height, int stride) {
        return ofBgr(ByteBuffer.wrap(pixels), width, height, stride);
    }

    /** As {@link #ofRgb(ByteBuffer, int, int, int)}, with one byte of grey a pixel; {@code stride} is {@code width} or more. */
    public static RgbImage ofGray(ByteBuffer pixels, int width, int height, int stride) {
        return of(pixels, width, height, stride, 1, 0, 0, 0);
    }

    /** As {@link #ofGray(ByteBuffer, int, int, int)}, from an array. */
    public static RgbImage ofGray(byte[] pixels, int width, int height, int stride) {
        return ofGray(ByteBuffer.wrap(pixels), width, height, stride);
    }

    private static RgbImage of(ByteBuffer pixels, int width, int height, int stride, int channels, int... order) {
        checkSize(pixels.remaining(), "bytes", width, height, stride, channels);
        byte[] samples = new byte[Math.multiplyExact(3, Math.multiplyExact(width, height))];
        for (int y = 0, to = 0; y < height; y++) {
            int from = pixels.position() + y * stride;
            for (int x = 0; x < width; x++, from += channels, to += 3) {
                samples[to] = pixels.get(from + order[0]);
                samples[to + 1] = pixels.get(from + order[1]);
                samples[to + 2] = pixels.get(from + order[2]);
            }
        }
        return new RgbImage(width, height, samples);
    }

    /**
     * An image from grey samples of 16 bits.
     *
     * @param pixels unsigned samples from its position on; row by row. Neither the position nor the content changes
     * @param width pixels, 1 or more
     * @param height pixels, 1 or more
     * @param stride samples from one row to the next, {@code width} or more
     * @param levels the samples that become black and white, such as {@code new Levels(0, 4095)} for a camera of 12 bits
     * @return a copy
     * @throws InvalidInputException if the samples are too few
     */
    public static RgbImage ofGray16(ShortBuffer pixels, int width, int height, int stride, Levels levels) {
        checkSize(pixels.remaining(), "samples", width, height, stride, 1);
        byte[] samples = new byte[Math.multiplyExact(3, Math.multiplyExact(width, height))];
        for (int i = 0; i < samples.length; i += 3) {
            int sample = pixels.get(pixels.position() + i / 3 / width * stride + i / 3 % width) & 0xFFFF;
            Arrays.fill(samples, i, i + 3, levels.apply(sample));
        }
        return new RgbImage(width, height, samples);
    }

    private static void checkSize(long length, String unit, int width, int height, int stride, int channels) {
        boolean fits = width >= 1 && height >= 1 && stride >= (long) channels * width;
        long needed = (height - 1L) * stride + (long) channels * width;
        if (!fits || length < needed) {
            throw new InvalidInputException(
                    "image",
                    width + "×" + height + " with a stride of " + stride + " in " + length + " " + unit,
                    "at least 1×1, a stride of " + channels + " · width or more, and all rows");
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

    /**
     * An image that is read from the top down, row by row, so that it need not lie in memory as a whole. Not thread-safe.
     *
     * @see ImageReader#open
     */
    public interface Rows {
        /** Width in pixels. */
        int width();

        /** Height in pixels. */
        int height();

        /**
         * Copies the next row. May be called {@link #height} times.
         *
         * @param rgb receives {@code 3 · width} unsigned bytes: red, green, blue
         * @param at where they begin
         * @throws dev.ideal4j.core.FileFormatException if the file turns out to be damaged
         */
        void next(byte[] rgb, int at);

        /** The image of all rows, if none was read before. */
        default RgbImage whole() {
            byte[] samples = new byte[Math.multiplyExact(3, Math.multiplyExact(width(), height()))];
            for (int y = 0; y < height(); y++) {
                next(samples, 3 * y * width());
            }
            return new RgbImage(width(), height(), samples);
        }
    }

    /** The rows of this image. */
    public Rows rows() {
        return new Rows() {
            private int y;

            @Override
            public int width() {
                return width;
            }

            @Override
            public int height() {
                return height;
            }

            @Override
            public void next(byte[] rgb, int at) {
                System.arraycopy(samples, 3 * width * y++, rgb, at, 3 * width);
            }

            @Override
            public RgbImage whole() {
                return RgbImage.this;
            }
        };
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
