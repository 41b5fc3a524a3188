package dev.ideal4j.core.image;

import dev.ideal4j.core.InvalidInputException;
import java.util.Arrays;

/** A binary image: which pixels are defective. Immutable by convention: {@link #pixels()} is not a copy. */
public final class Mask {
    private static final byte[] GREY = {124, 116, 104};

    private final int width;
    private final int height;
    private final boolean[] pixels;

    /**
     * @param width pixels, 1 or more
     * @param height pixels, 1 or more
     * @param pixels row by row, true where defective; kept, not copied
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

    /** The pixels themselves, row by row. Not a copy. */
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
     * An image in which the pixels that are set here are grey: the mean colour of ImageNet, in which networks see nothing.
     *
     * @param image of any size; not modified
     */
    public RgbImage hide(RgbImage image) {
        return hide(image.rows()).whole();
    }

    /**
     * As {@link #hide(RgbImage)}, row by row.
     *
     * @param image no row read yet
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

    /** This mask, turned from the way it is stored to the way that a viewer shows it. */
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

    /** How a mask is resized. */
    public enum Resize {
        /** The nearest pixel, as {@link Mask#resize(int, int)}. */
        NEAREST,
        /** Pillow's bilinear filter with antialiasing on levels of 0 and 255; above half counts. */
        BILINEAR
    }

    /** This mask in another size. */
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
     * Nearest-neighbour resize: source index {@code ⌊target · (in / out)⌋} on each axis, the quotient and the product in
     * single precision. So rounds PyTorch, whose resized masks differ by a column here and there from exact arithmetic.
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

    /** Whether the other is a mask of the same size and content. */
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
