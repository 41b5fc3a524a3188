package dev.ideal4j.eval.demo;

/** Signed distances to shapes in pixels, negative inside, and the anti-aliased cover of a pixel. */
final class Shapes {
    private Shapes() {}

    /** The share of a pixel that a shape covers, 0 to 1, from the distance of the pixel's centre to the outline. */
    static double cover(double distance) {
        return clamp(0.5 - distance);
    }

    /** The share as in {@link #cover(double)}, for an outline that is {@code soft} pixels wide. */
    static double cover(double distance, double soft) {
        return smooth(0.5 - distance / soft);
    }

    static double clamp(double value) {
        return value < 0 ? 0 : Math.min(value, 1);
    }

    /** A smooth step from 0 at 0 to 1 at 1. */
    static double smooth(double value) {
        double t = clamp(value);
        return t * t * (3 - 2 * t);
    }

    static double length(double x, double y) {
        return Math.sqrt(x * x + y * y);
    }

    /** A box around the origin with rounded corners. */
    static double box(double x, double y, double halfWidth, double halfHeight, double corner) {
        double dx = Math.abs(x) - halfWidth + corner;
        double dy = Math.abs(y) - halfHeight + corner;
        return length(Math.max(dx, 0), Math.max(dy, 0)) + Math.min(Math.max(dx, dy), 0) - corner;
    }

    /** A thick line. */
    static double segment(double x, double y, double x0, double y0, double x1, double y1, double radius) {
        double dx = x1 - x0;
        double dy = y1 - y0;
        double along = dx * dx + dy * dy == 0 ? 0 : clamp(((x - x0) * dx + (y - y0) * dy) / (dx * dx + dy * dy));
        return length(x - x0 - along * dx, y - y0 - along * dy) - radius;
    }

    /** A triangle wave of period 1: 0 at integers, 1 half-way between them. */
    static double triangle(double x) {
        double t = x - Math.floor(x);
        return 1 - Math.abs(2 * t - 1);
    }
}
