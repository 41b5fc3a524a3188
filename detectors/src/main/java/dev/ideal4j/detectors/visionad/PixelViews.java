package dev.ideal4j.detectors.visionad;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/** Augmented copies of normalised images, {@code (count, 3, height, width)}. The originals are not modified. */
record PixelViews(int height, int width) {
    /** A view, which is applied to queries and references alike. */
    enum Query {
        /** The image as it is. */
        PLAIN,
        /** Upside down; the map is turned back. */
        FLIPPED,
        /** Negative values set to 0. */
        CLAMPED
    }

    /** Applies a view to images. */
    float[] query(Query view, float[] pixels) {
        return switch (view) {
            case PLAIN -> pixels;
            case FLIPPED -> flipRows(pixels);
            case CLAMPED -> clamp(pixels);
        };
    }

    /**
     * The augmentations of references, without the identity: rotated counter-clockwise by 90, 180 and 270 degrees, upside
     * down, mirrored left to right. Rotations need square images.
     */
    List<UnaryOperator<float[]>> support() {
        List<UnaryOperator<float[]>> changes = new ArrayList<>();
        changes.add(this::turn);
        changes.add(pixels -> turn(turn(pixels)));
        changes.add(pixels -> turn(turn(turn(pixels))));
        changes.add(this::flipRows);
        changes.add(this::flipColumns);
        return changes;
    }

    private static float[] clamp(float[] pixels) {
        float[] clamped = new float[pixels.length];
        for (int i = 0; i < pixels.length; i++) {
            clamped[i] = Math.max(0, pixels[i]);
        }
        return clamped;
    }

    private float[] flipRows(float[] pixels) {
        return flipRows(pixels, height, width);
    }

    /** Turns planes of {@code height · width} values upside down. */
    static float[] flipRows(float[] planes, int height, int width) {
        float[] flipped = new float[planes.length];
        int rows = planes.length / width;
        for (int row = 0; row < rows; row++) {
            int from = row - row % height + (height - 1 - row % height);
            System.arraycopy(planes, from * width, flipped, row * width, width);
        }
        return flipped;
    }

    private float[] flipColumns(float[] pixels) {
        float[] flipped = new float[pixels.length];
        for (int row = 0; row < pixels.length; row += width) {
            for (int x = 0; x < width; x++) {
                flipped[row + x] = pixels[row + width - 1 - x];
            }
        }
        return flipped;
    }

    /** Rotates by 90 degrees counter-clockwise: the last column becomes the first row. */
    private float[] turn(float[] pixels) {
        float[] turned = new float[pixels.length];
        int side = width;
        for (int plane = 0; plane < pixels.length; plane += side * side) {
            for (int y = 0; y < side; y++) {
                for (int x = 0; x < side; x++) {
                    turned[plane + y * side + x] = pixels[plane + x * side + side - 1 - y];
                }
            }
        }
        return turned;
    }
}
