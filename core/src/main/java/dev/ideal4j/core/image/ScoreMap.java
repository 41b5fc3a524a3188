package dev.ideal4j.core.image;

import dev.ideal4j.core.InvalidInputException;
import java.util.Arrays;

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

    /** The smallest value; NaN is passed over, and the result only when there is nothing else. */
    public float min() {
        float min = Float.NaN;
        for (float value : values) {
            if (!(value >= min)) {
                min = Float.isNaN(value) ? min : value;
            }
        }
        return min;
    }

    /** The largest value; NaN is passed over, and the result only when there is nothing else. */
    public float max() {
        float max = Float.NaN;
        for (float value : values) {
            if (!(value <= max)) {
                max = Float.isNaN(value) ? max : value;
            }
        }
        return max;
    }

    /** Where values reach a threshold; NaN never does. */
    public Mask atLeast(float threshold) {
        boolean[] set = new boolean[values.length];
        for (int i = 0; i < set.length; i++) {
            set[i] = values[i] >= threshold;
        }
        return new Mask(width, height, set);
    }

    /**
     * Bilinear resize with half-pixel centres and replicated borders, without antialiasing (PyTorch's {@code
     * align_corners=False}). NaN spreads to every value that it has a weight in.
     *
     * @param toWidth of the result, 1 or more
     * @param toHeight of the result, 1 or more
     */
    public ScoreMap resize(int toWidth, int toHeight) {
        if (toWidth < 1 || toHeight < 1 || (long) toWidth * toHeight > Integer.MAX_VALUE - 8) {
            throw new InvalidInputException("new size", toWidth + "×" + toHeight, "at least 1×1 and below 2^31 pixels");
        }
        if (toWidth == width && toHeight == height) {
            return this;
        }
        float[] to = new float[toWidth * toHeight];
        float[] columns = new float[toWidth];
        for (int x = 0; x < toWidth; x++) {
            columns[x] = centre(x, width, toWidth);
        }
        float[] above = new float[toWidth];
        float[] below = new float[toWidth];
        int ready = -1;
        for (int y = 0; y < toHeight; y++) {
            float v = centre(y, height, toHeight);
            int row = (int) v;
            if (row != ready) {
                float[] known = above;
                above = below;
                below = known;
                if (ready < 0 || row != ready + 1) {
                    across(row, columns, above);
                }
                across(Math.min(row + 1, height - 1), columns, below);
                ready = row;
            }
            mix(above, below, v - row, to, y * toWidth);
        }
        return new ScoreMap(toWidth, toHeight, to);
    }

    /** Resizes a row. */
    private void across(int row, float[] columns, float[] to) {
        for (int x = 0; x < to.length; x++) {
            int left = (int) columns[x];
            int at = row * width + left;
            to[x] = mix(values[at], left + 1 < width ? values[at + 1] : values[at], columns[x] - left);
        }
    }

    /** Its own method, so that the compiler turns the loop into vector instructions. */
    private static void mix(float[] above, float[] below, float share, float[] to, int at) {
        if (share == 0) {
            System.arraycopy(above, 0, to, at, above.length);
            return;
        }
        for (int x = 0; x < above.length; x++) {
            to[at + x] = (1 - share) * above[x] + share * below[x];
        }
    }

    /** Whether the other is a map of the same size and values; NaN equals NaN. */
    @Override
    public boolean equals(Object other) {
        return other instanceof ScoreMap same
                && width == same.width
                && height == same.height
                && Arrays.equals(values, same.values);
    }

    @Override
    public int hashCode() {
        return 31 * (31 * width + height) + Arrays.hashCode(values);
    }

    /** Checks the ends of a scale. */
    static void checkRange(float min, float max) {
        if (!(min < max && max - min < Float.POSITIVE_INFINITY)) {
            throw new InvalidInputException(
                    "range of scores", min + " to " + max, "finite, the first below the second");
        }
    }

    /** The source coordinate under a target pixel's centre. */
    private static float centre(int i, int from, int to) {
        return Math.max(0, (i + 0.5f) * ((float) from / to) - 0.5f);
    }

    /** Exactly {@code a} at 0, so that a neighbour without weight has no say, NaN or not. */
    private static float mix(float a, float b, float share) {
        return share == 0 ? a : (1 - share) * a + share * b;
    }
}
