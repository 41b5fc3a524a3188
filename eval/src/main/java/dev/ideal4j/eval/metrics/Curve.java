package dev.ideal4j.eval.metrics;

import java.util.Arrays;

/**
 * A curve for a chart. It keeps so many points that each other point is within about 0.4 % of a kept point on both axes.
 * Immutable by convention.
 *
 * @param x ascending
 * @param y the value at each x
 */
public record Curve(float[] x, float[] y) {
    /** A curve without points. */
    static final Curve NONE = new Curve(new float[0], new float[0]);

    private static final double STEP = 1.0 / 256;

    /** Collects points in ascending order of x. */
    static final class Builder {
        private float[] x = new float[64];
        private float[] y = new float[64];
        private int size;
        private double skippedX = Double.NaN;
        private double skippedY;

        void add(double nextX, double nextY) {
            boolean near = size > 0 && Math.abs(nextX - x[size - 1]) < STEP && Math.abs(nextY - y[size - 1]) < STEP;
            if (near) {
                skippedX = nextX;
                skippedY = nextY;
                return;
            }
            flush();
            put(nextX, nextY);
        }

        private void put(double nextX, double nextY) {
            if (size == x.length) {
                x = Arrays.copyOf(x, 2 * size);
                y = Arrays.copyOf(y, 2 * size);
            }
            x[size] = (float) nextX;
            y[size++] = (float) nextY;
        }

        private void flush() {
            if (!Double.isNaN(skippedX)) {
                put(skippedX, skippedY);
                skippedX = Double.NaN;
            }
        }

        Curve build() {
            flush();
            return new Curve(Arrays.copyOf(x, size), Arrays.copyOf(y, size));
        }
    }
}
