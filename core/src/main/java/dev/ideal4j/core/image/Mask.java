package dev.ideal4j.core.image;

import dev.ideal4j.core.InvalidInputException;
import java.util.Arrays;

/** A binary image that marks the defective pixels. Immutable by convention: {@link #pixels()} is not a copy. */
public final class Mask {
    private static final byte[] GREY = {124, 116, 104};

    private final int width;
    private final int height;
    private final boolean[] pixels;

    /**
     * @param width in pixels, 1 or more
     * @param height in pixels, 1 or more
     * @param pixels {@code height · width} values in row-major order, true for defective pixels; not copied
     */
    public Mask(int width, int height, boolean[] pixels) {
        if (width < 1 || height < 1 || pixels.length != (long) width * height) {
            throw new InvalidInputException(
                    "mask", width + "×" + height + " with " + pixels.length + " pixels", "at least 1×1, all pixels");
        }
        this.width = width;
        this.height = height;
        this.pixels = pixels;
    }

    /** Width in pixels. */
    public int width() {
        return width;
    }

    /** Height in pixels. */
    public int height() {
        return height;
    }

    /** The pixels in row-major order. The array is not a copy. */
    public boolean[] pixels() {
        return pixels;
    }

    /** Whether no pixel is set. */
    public boolean isEmpty() {
        return marked() == 0;
    }

    /** Number of pixels that are set. */
    public int marked() {
        int marked = 0;
        for (boolean pixel : pixels) {
            marked += pixel ? 1 : 0;
        }
        return marked;
    }

    /** Share of the pixels that are set, 0 to 1. */
    public double share() {
        return (double) marked() / pixels.length;
    }

    /**
     * Returns a copy of an image in which the pixels that are set in this mask are replaced by the mean colour of
     * ImageNet, a grey.
     *
     * @param image an image of any size, to which this mask is resized; not modified
     */
    public RgbImage hide(RgbImage image) {
        return hide(image.rows()).whole();
    }

    /**
     * Like {@link #hide(RgbImage)}, row by row.
     *
     * @param image an image of which no row was read yet
     */
    public RgbImage.Rows hide(RgbImage.Rows image) {
        boolean[] set = resize(image.width(), image.height()).pixels;
        return new RgbImage.Rows() {
            private int i;

            @Override
            public int width() {
                return image.width();
            }

            @Override
            public int height() {
                return image.height();
            }

            @Override
            public void next(byte[] rgb, int at) {
                image.next(rgb, at);
                for (int x = 0; x < image.width(); x++, i++) {
                    if (set[i]) {
                        System.arraycopy(GREY, 0, rgb, at + 3 * x, 3);
                    }
                }
            }
        };
    }

    /** Returns this mask rotated and mirrored from its stored orientation to upright. */
    Mask upright(int orientation) {
        if (orientation == Orientation.UPRIGHT) {
            return this;
        }
        boolean swapped = Orientation.swapsSides(orientation);
        int toWidth = swapped ? height : width;
        int toHeight = swapped ? width : height;
        boolean[] to = new boolean[pixels.length];
        for (int i = 0; i < to.length; i++) {
            to[i] = pixels[Orientation.source(orientation, i % toWidth, i / toWidth, width, height)];
        }
        return new Mask(toWidth, toHeight, to);
    }

    /** Methods of resizing a mask. */
    public enum Resize {
        /** The nearest pixel; see {@link Mask#resize(int, int)}. */
        NEAREST,
        /**
         * Pillow's bilinear filter with antialiasing on the levels 0 and 255. A pixel is set if its level is above
         * 127.
         */
        BILINEAR
    }

    /** Returns this mask resized to the given size in pixels. */
    public Mask resize(int toWidth, int toHeight, Resize rule) {
        if (rule == Resize.NEAREST) {
            return resize(toWidth, toHeight);
        }
        byte[] grey = new byte[3 * pixels.length];
        for (int i = 0; i < grey.length; i++) {
            grey[i] = (byte) (pixels[i / 3] ? 255 : 0);
        }
        byte[] resized = PillowResize.resize(
                        new RgbImage(width, height, grey), toWidth, toHeight, PillowResize.Filter.BILINEAR)
                .samples();
        boolean[] to = new boolean[toWidth * toHeight];
        for (int i = 0; i < to.length; i++) {
            to[i] = (resized[3 * i] & 0xFF) > 127;
        }
        return new Mask(toWidth, toHeight, to);
    }

    /**
     * Resizes by nearest neighbour. The source index on each axis is {@code ⌊target · (in / out)⌋}. The quotient and
     * the product are computed in single precision, like in PyTorch. The result may therefore differ from exact
     * arithmetic by single columns or rows.
     */
    public Mask resize(int toWidth, int toHeight) {
        if (toWidth == width && toHeight == height) {
            return this;
        }
        boolean[] to = new boolean[Math.multiplyExact(toWidth, toHeight)];
        float across = (float) width / toWidth;
        float down = (float) height / toHeight;
        for (int y = 0; y < toHeight; y++) {
            int row = Math.min((int) (y * down), height - 1) * width;
            for (int x = 0; x < toWidth; x++) {
                to[y * toWidth + x] = pixels[row + Math.min((int) (x * across), width - 1)];
            }
        }
        return new Mask(toWidth, toHeight, to);
    }

    /** Whether the other object is a mask of the same size and content. */
    @Override
    public boolean equals(Object other) {
        return other instanceof Mask same
                && width == same.width
                && height == same.height
                && Arrays.equals(pixels, same.pixels);
    }

    @Override
    public int hashCode() {
        return 31 * (31 * width + height) + Arrays.hashCode(pixels);
    }
}
