package dev.ideal4j.eval.demo;

import java.util.Random;

/**
 * The position of a part. It maps pixels of the image to coordinates of the part, in pixels from its centre. A bend moves the
 * surroundings of a position.
 */
final class Pose {
    private final double centreX;
    private final double centreY;
    private final double cos;
    private final double sin;
    private double bendX;
    private double bendY;
    private double bendRadius = 1;
    private double shiftX;
    private double shiftY;

    private Pose(double centreX, double centreY, double cos, double sin) {
        this.centreX = centreX;
        this.centreY = centreY;
        this.cos = cos;
        this.sin = sin;
    }

    /**
     * A random pose near the middle of the image.
     *
     * @param shift standard deviation of the position in pixels
     * @param degrees largest angle in degrees
     * @param stretch standard deviation of the size, as a share
     */
    static Pose draw(Random random, int size, double shift, double degrees, double stretch) {
        double angle = Math.toRadians(degrees * (2 * random.nextDouble() - 1));
        double scale = 1 + stretch * Math.max(-2, Math.min(2, random.nextGaussian()));
        double dx = shift * Math.max(-2, Math.min(2, random.nextGaussian()));
        double dy = shift * Math.max(-2, Math.min(2, random.nextGaussian()));
        return new Pose(size / 2.0 + dx, size / 2.0 + dy, StrictMath.cos(angle) / scale, StrictMath.sin(angle) / scale);
    }

    /** Shifts the surroundings of a position of the image, within about {@code radius} pixels, by a number of pixels. */
    Pose bend(double x, double y, double radius, double byX, double byY) {
        bendX = x;
        bendY = y;
        bendRadius = radius;
        shiftX = byX;
        shiftY = byY;
        return this;
    }

    private double bent(double x, double y) {
        double dx = (x - bendX) / bendRadius;
        double dy = (y - bendY) / bendRadius;
        double d = dx * dx + dy * dy;
        return d >= 1 ? 0 : (1 - d) * (1 - d);
    }

    /** The part's horizontal coordinate at a pixel. */
    double u(int x, int y) {
        double bent = shiftX == 0 && shiftY == 0 ? 0 : bent(x, y);
        return cos * (x + 0.5 - centreX - bent * shiftX) + sin * (y + 0.5 - centreY - bent * shiftY);
    }

    /** The part's vertical coordinate at a pixel. */
    double v(int x, int y) {
        double bent = shiftX == 0 && shiftY == 0 ? 0 : bent(x, y);
        return cos * (y + 0.5 - centreY - bent * shiftY) - sin * (x + 0.5 - centreX - bent * shiftX);
    }

    /** The horizontal coordinate in the image of a position on the part, without bends. */
    double x(double u, double v) {
        double scale = 1 / (cos * cos + sin * sin);
        return centreX + scale * (cos * u - sin * v);
    }

    /** The vertical coordinate in the image of a position on the part, without bends. */
    double y(double u, double v) {
        double scale = 1 / (cos * cos + sin * sin);
        return centreY + scale * (sin * u + cos * v);
    }
}
