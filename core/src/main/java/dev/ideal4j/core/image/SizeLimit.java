package dev.ideal4j.core.image;

/**
 * Bounds the size that a header declares before anything of that size is allocated. Three bounds: a cap; what the
 * file's own length can hold, since no compression is endless; and the memory of this JVM.
 */
final class SizeLimit {
    /** Most pixels of an image: where Pillow refuses too. Room for 16384 × 10000, and half a gigabyte as RGB. */
    static final long MAX_PIXELS = 178_956_970;

    /** The system property that sets another number of pixels. */
    private static final String PROPERTY = "ideal4j.maxPixels";

    /** Three bytes a pixel fill the longest array. */
    private static final long MOST_PIXELS = (Integer.MAX_VALUE - 8) / 3;

    /** Most bytes that Deflate makes of one: 258 bytes from 2 bits. */
    static final long DEFLATE_RATIO = 1032;

    private SizeLimit() {}

    /**
     * @param width as declared
     * @param height as declared
     * @param bitsPerPixel of the decoded samples
     * @param most decoded bytes that the file can hold; {@link Long#MAX_VALUE} where its length bounds nothing
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
