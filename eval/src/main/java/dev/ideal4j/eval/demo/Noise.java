package dev.ideal4j.eval.demo;

import java.nio.charset.StandardCharsets;

/** Reproducible noise over the plane: the same seed and place always give the same value. */
record Noise(long seed) {
    /** Scrambles 64 bits (the finaliser of SplitMix64). */
    static long mix(long z) {
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }

    /** A seed that depends on another seed and on words. */
    static long seed(long seed, String... words) {
        long state = mix(seed + 0x9E3779B97F4A7C15L);
        for (String word : words) {
            for (byte b : word.getBytes(StandardCharsets.UTF_8)) {
                state = (state ^ (b & 0xFF)) * 0x100000001B3L;
            }
            state = mix(state + 1);
        }
        return state;
    }

    private long hash(long x, long y) {
        return mix(seed + x * 0x9E3779B97F4A7C15L + mix(y * 0xC2B2AE3D27D4EB4FL + 0x165667B19E3779F9L));
    }

    /** A value in [0, 1) for a position with integer coordinates. */
    double cell(int x, int y) {
        return (hash(x, y) >>> 11) * 0x1p-53;
    }

    /** Smooth gradient noise of feature size 1, about [−0.7, 0.7]. */
    double at(double x, double y) {
        int x0 = (int) Math.floor(x);
        int y0 = (int) Math.floor(y);
        double fx = x - x0;
        double fy = y - y0;
        double sx = fade(fx);
        double sy = fade(fy);
        double top = mix(slope(x0, y0, fx, fy), slope(x0 + 1, y0, fx - 1, fy), sx);
        double bottom = mix(slope(x0, y0 + 1, fx, fy - 1), slope(x0 + 1, y0 + 1, fx - 1, fy - 1), sx);
        return mix(top, bottom, sy);
    }

    /** Octaves of {@link #at}, each of half the size and amplitude; about [−1, 1]. */
    double fractal(double x, double y, int octaves) {
        double sum = 0;
        double amplitude = 1;
        for (int i = 0; i < octaves; i++) {
            sum += amplitude * at(x + 17.3 * i, y - 9.1 * i);
            x *= 2;
            y *= 2;
            amplitude *= 0.5;
        }
        return sum;
    }

    /** The distances to the nearest two of scattered points, one in each unit square, and the number of the nearest. */
    Nearest nearest(double x, double y) {
        int cx = (int) Math.floor(x);
        int cy = (int) Math.floor(y);
        double first = 9;
        double second = 9;
        long id = 0;
        for (int j = cy - 1; j <= cy + 1; j++) {
            for (int i = cx - 1; i <= cx + 1; i++) {
                long h = hash(i, j);
                double dx = i + (h & 0xFFFF) / 65536.0 - x;
                double dy = j + ((h >>> 16) & 0xFFFF) / 65536.0 - y;
                double d = dx * dx + dy * dy;
                if (d < first) {
                    second = first;
                    first = d;
                    id = h;
                } else if (d < second) {
                    second = d;
                }
            }
        }
        return new Nearest(Math.sqrt(first), Math.sqrt(second), (mix(id) >>> 11) * 0x1p-53);
    }

    /** The result of {@link #nearest}. {@code id}, in [0, 1), identifies the nearest point. */
    record Nearest(double first, double second, double id) {}

    private double slope(int x, int y, double dx, double dy) {
        long h = hash(x, y);
        return ((h & 0xFFFF) / 32768.0 - 1) * dx + (((h >>> 16) & 0xFFFF) / 32768.0 - 1) * dy;
    }

    private static double fade(double t) {
        return t * t * t * (t * (t * 6 - 15) + 10);
    }

    private static double mix(double a, double b, double t) {
        return a + (b - a) * t;
    }
}
