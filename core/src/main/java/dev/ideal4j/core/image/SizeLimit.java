package dev.ideal4j.core.image;

/**
 * Checks the size that a header declares before memory of this size is allocated. There are three limits: a maximum
 * number of pixels, the size that a file of this length can contain at the best compression ratio, and the memory of
 * this JVM.
 */
final class SizeLimit {
    /**
     * Maximum number of pixels of an image, like in Pillow. It allows 16384 × 10000 pixels and takes half a gigabyte
     * as RGB.
     */
    static final long MAX_PIXELS = 178_956_970;

    /** The system property that sets another maximum number of pixels. */
    private static final String PROPERTY = "ideal4j.maxPixels";

    /** The number of pixels at which three bytes per pixel fill the longest array. */
    private static final long MOST_PIXELS = (Integer.MAX_VALUE - 8) / 3;

    /** Maximum number of bytes that Deflate decompresses from one byte: 258 bytes from 2 bits. */
    static final long DEFLATE_RATIO = 1032;

    private SizeLimit() {}

    /**
     * @param width declared width in pixels
     * @param height declared height in pixels
     * @param bitsPerPixel bits per pixel of the decoded samples
     * @param most maximum number of decoded bytes that the file can contain; {@link Long#MAX_VALUE} if the file length
     *     does not limit it
     */
    static void check(long width, long height, long bitsPerPixel, long most) throws ImageFault {
        String size = width + "×" + height + " pixels";
        if (width < 1 || height < 1) {
            throw new ImageFault(size, "at least 1×1");
        }
        long limit = Math.min(MOST_PIXELS, Long.getLong(PROPERTY, MAX_PIXELS));
        if (width > limit / height) {
            throw new ImageFault(
                    size, "at most " + limit + " in all (-D" + PROPERTY + "=" + MOST_PIXELS + " is the most)");
        }
        long decoded = (width * height * bitsPerPixel + 7) / 8;
        if (decoded > most) {
            throw new ImageFault(size, "no more than the length of the file can hold");
        }
        long memory = decoded + 3 * width * height;
        if (memory > Runtime.getRuntime().maxMemory()) {
            throw new ImageFault(size, "an image that fits into memory (raise -Xmx above " + (memory >> 20) + " MiB)");
        }
    }
}
