package dev.ideal4j.core.image;

import dev.ideal4j.core.InvalidInputException;

/** A number per pixel: an anomaly map. Immutable by convention: {@link #values()} is not a copy. */
public final class ScoreMap {
    private final int width;
    private final int height;
    private final float[] values;

    /**
     * @param width pixels
     * @param height pixels
     * @param values row by row; kept, not copied
     */
    public ScoreMap(int width, int height, float[] values) {
        if (width < 1 || height < 1 || values.length != (long) width * height) {
            throw new InvalidInputException(
                    "score map", width + "×" + height + " with " + values.length + " values", "one value a pixel");
        }
        this.width = width;
        this.height = height;
        this.values = values;
    }

    /** Width in pixels. */
    public int width() {
        return width;
    }

    /** Height in pixels. */
    public int height() {
        return height;
    }

    /** The values themselves, row by row. Not a copy. */
    public float[] values() {
        return values;
    }

    /** Value at a pixel. */
    public float at(int x, int y) {
        return values[y * width + x];
    }
}
