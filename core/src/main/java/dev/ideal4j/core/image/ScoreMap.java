package dev.ideal4j.core.image;

import dev.ideal4j.core.InvalidInputException;
import java.util.Arrays;

/** An anomaly map with one score per pixel. Immutable by convention: {@link #values()} is not a copy. */
public final class ScoreMap {
    private final int width;
    private final int height;
    private final float[] values;

    /**
     * @param width in pixels, 1 or more
     * @param height in pixels, 1 or more
     * @param values {@code height · width} scores in row-major order; not copied
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

    /** The values in row-major order. The array is not a copy. */
    public float[] values() {
        return values;
    }

    /** The value at column {@code x} and row {@code y}. */
    public float at(int x, int y) {
        return values[y * width + x];
    }

    /** The smallest value, ignoring NaN; NaN if all values are NaN. */
    public float min() {
        float min = Float.NaN;
        for (float value : values) {
            if (!(value >= min)) {
                min = Float.isNaN(value) ? min : value;
            }
        }
        return min;
    }

    /** The largest value, ignoring NaN; NaN if all values are NaN. */
    public float max() {
        float max = Float.NaN;
        for (float value : values) {
            if (!(value <= max)) {
                max = Float.isNaN(value) ? max : value;
            }
        }
        return max;
    }

    /** Returns the mask of the pixels whose value is at least the threshold. NaN values are not in the mask. */
    public Mask atLeast(float threshold) {
        boolean[] set = new boolean[values.length];
        for (int i = 0; i < set.length; i++) {
            set[i] = values[i] >= threshold;
        }
        return new Mask(width, height, set);
    }

    /**
     * Bilinear resize with half-pixel centres and replicated borders, without antialiasing (PyTorch's {@code
     * align_corners=False}). A result that uses a NaN with non-zero weight is NaN.
     *
     * @param toWidth width of the result in pixels, 1 or more
     * @param toHeight height of the result in pixels, 1 or more
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

    /** Resizes a row horizontally. */
    private void across(int row, float[] columns, float[] to) {
        for (int x = 0; x < to.length; x++) {
            int left = (int) columns[x];
            int at = row * width + left;
            to[x] = mix(values[at], left + 1 < width ? values[at + 1] : values[at], columns[x] - left);
        }
    }

    /** This loop is in a separate method so that the JIT compiler vectorizes it. */
    private static void mix(float[] above, float[] below, float share, float[] to, int at) {
        if (share == 0) {
            System.arraycopy(above, 0, to, at, above.length);
            return;
        }
        for (int x = 0; x < above.length; x++) {
            to[at + x] = (1 - share) * above[x] + share * below[x];
        }
    }

    /** Whether the other object is a map of the same size and values. NaN equals NaN. */
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

    /** Checks that a range is finite and not empty. */
    static void checkRange(float min, float max) {
        if (!(min < max && max - min < Float.POSITIVE_INFINITY)) {
            throw new InvalidInputException(
                    "range of scores", min + " to " + max, "finite, the first below the second");
        }
    }

    /** The source coordinate at the centre of a target pixel. */
    private static float centre(int i, int from, int to) {
        return Math.max(0, (i + 0.5f) * ((float) from / to) - 0.5f);
    }

    /** Interpolates linearly. If {@code share} is 0, the result is {@code a} even if {@code b} is NaN. */
    private static float mix(float a, float b, float share) {
        return share == 0 ? a : (1 - share) * a + share * b;
    }
}
