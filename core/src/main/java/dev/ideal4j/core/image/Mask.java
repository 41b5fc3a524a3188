package dev.ideal4j.core.image;

import dev.ideal4j.core.InvalidInputException;

/** A binary picture: which pixels are defective. Immutable by convention: {@link #pixels()} is not a copy. */
public final class Mask {
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
        for (boolean pixel : pixels) {
            if (pixel) {
                return false;
            }
        }
        return true;
    }

    /** Nearest-neighbour resize: source index {@code ⌊target · in / out⌋} on each axis. */
    public Mask resize(int toWidth, int toHeight) {
        boolean[] to = new boolean[Math.multiplyExact(toWidth, toHeight)];
        for (int y = 0; y < toHeight; y++) {
            int row = (int) ((long) y * height / toHeight) * width;
            for (int x = 0; x < toWidth; x++) {
                to[y * toWidth + x] = pixels[row + (int) ((long) x * width / toWidth)];
            }
        }
        return new Mask(toWidth, toHeight, to);
    }
}
