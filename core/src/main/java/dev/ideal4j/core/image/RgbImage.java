package dev.ideal4j.core.image;

import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.checkpoint.Fingerprint;
import java.awt.image.BufferedImage;
import java.nio.ByteBuffer;
import java.nio.ShortBuffer;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** An 8-bit RGB image. Immutable by convention: {@link #samples()} is not a copy and must not be written to. */
public final class RgbImage {
    private final int width;
    private final int height;
    private final byte[] samples;
    /** Computed at the first use. Several threads may compute the same value. */
    private volatile @Nullable String fingerprint;

    /**
     * @param width in pixels, 1 or more
     * @param height in pixels, 1 or more
     * @param samples {@code height · width · 3} unsigned bytes in row-major order: red, green, blue; not copied
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
     * Converts a {@link BufferedImage}. The samples equal those that {@link ImageReader} reads from a PNG file of the
     * image: grey is copied to all channels, a palette is expanded, alpha is dropped (not blended), and 16-bit samples
     * keep their upper 8 bits. Samples are used as stored, without colour conversion. {@link BufferedImage#getRGB}
     * would convert grey to sRGB and thereby brighten it.
     *
     * @param image an image with grey samples of 1, 2, 4 or 8 to 16 bits, or with colour samples of up to 16 bits; not
     *     modified
     * @return a copy
     * @throws InvalidInputException if the samples have another type
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
     * Creates an image from interleaved bytes in the order red, green, blue.
     *
     * @param pixels a buffer whose rows begin at its position. Neither the position nor the content changes
     * @param width in pixels, 1 or more
     * @param height in pixels, 1 or more
     * @param stride bytes from one row to the next, {@code 3 · width} or more
     * @return a copy
     * @throws InvalidInputException if there are too few bytes
     */
    public static RgbImage ofRgb(ByteBuffer pixels, int width, int height, int stride) {
        return of(pixels, width, height, stride, 3, 0, 1, 2);
    }

    /** Like {@link #ofRgb(ByteBuffer, int, int, int)}, from an array. */
    public static RgbImage ofRgb(byte[] pixels, int width, int height, int stride) {
        return ofRgb(ByteBuffer.wrap(pixels), width, height, stride);
    }

    /** Like {@link #ofRgb(ByteBuffer, int, int, int)}, with bytes in the order blue, green, red, like in OpenCV. */
    public static RgbImage ofBgr(ByteBuffer pixels, int width, int height, int stride) {
        return of(pixels, width, height, stride, 3, 2, 1, 0);
    }

    /** Like {@link #ofBgr(ByteBuffer, int, int, int)}, from an array. */
    public static RgbImage ofBgr(byte[] pixels, int width, int height, int stride) {
        return ofBgr(ByteBuffer.wrap(pixels), width, height, stride);
    }

    /**
     * Like {@link #ofRgb(ByteBuffer, int, int, int)}, with one grey byte per pixel. The {@code stride} is {@code
     * width} or more.
     */
    public static RgbImage ofGray(ByteBuffer pixels, int width, int height, int stride) {
        return of(pixels, width, height, stride, 1, 0, 0, 0);
    }

    /** Like {@link #ofGray(ByteBuffer, int, int, int)}, from an array. */
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
     * Creates an image from 16-bit grey samples.
     *
     * @param pixels a buffer of unsigned samples whose rows begin at its position. Neither the position nor the content
     *     changes
     * @param width in pixels, 1 or more
     * @param height in pixels, 1 or more
     * @param stride samples from one row to the next, {@code width} or more
     * @param levels the samples that become black and white, such as {@code new Levels(0, 4095)} for a 12-bit camera
     * @return a copy
     * @throws InvalidInputException if there are too few samples
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

    /** The samples as unsigned bytes in row-major order: red, green, blue. The array is not a copy. */
    public byte[] samples() {
        return samples;
    }

    /** SHA-256 of the size and the samples, in hexadecimal. Equal images have equal fingerprints. It is computed once. */
    public String fingerprint() {
        String found = fingerprint;
        if (found == null) {
            MessageDigest digest = Fingerprint.sha256();
            digest.update(ByteBuffer.allocate(2 * Integer.BYTES)
                    .putInt(width)
                    .putInt(height)
                    .flip());
            found = HexFormat.of().formatHex(digest.digest(samples));
            fingerprint = found;
        }
        return found;
    }

    /**
     * An image that is read row by row from the top down, so that it is never completely in memory. Not thread-safe.
     *
     * @see ImageReader#open
     */
    public interface Rows {
        /** Width in pixels. */
        int width();

        /** Height in pixels. */
        int height();

        /**
         * Copies the next row. May be called at most {@link #height} times.
         *
         * @param rgb receives {@code 3 · width} unsigned bytes: red, green, blue
         * @param at index of the first byte in {@code rgb}
         * @throws dev.ideal4j.core.FileFormatException if the file turns out to be damaged
         */
        void next(byte[] rgb, int at);

        /** Reads all rows into an image. No row may have been read before. */
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

    /** Whether the other object is an image of the same size and content. */
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
