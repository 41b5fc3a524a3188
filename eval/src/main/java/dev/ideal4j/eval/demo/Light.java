package dev.ideal4j.eval.demo;

import java.util.Random;

/**
 * A lamp above the surface, and ambient light. The brightness is uneven over the image.
 *
 * @param x component to the right of the unit vector towards the lamp
 * @param y component down the image of this vector
 * @param z component out of the image of this vector
 * @param colour of the light
 * @param slopeX change of brightness across the image
 * @param slopeY change of brightness down the image
 */
record Light(double x, double y, double z, Rgb colour, double slopeX, double slopeY) {
    private static final double AMBIENT = 0.45;

    /** The inspection lamp, at the top left. {@code spread} scales its variation; 1 is that of difficulty 0. */
    static Light draw(Random random, double spread) {
        double x = -0.45 + 0.06 * spread * random.nextGaussian();
        double y = -0.5 + 0.06 * spread * random.nextGaussian();
        double z = 0.75;
        double norm = Math.sqrt(x * x + y * y + z * z);
        double gain = 1 + 0.025 * spread * random.nextGaussian();
        double warmth = 0.012 * spread * random.nextGaussian();
        Rgb colour = new Rgb(gain * (1 + warmth), gain, gain * (1 - warmth));
        double slopeX = 0.05 * spread * random.nextGaussian();
        double slopeY = 0.05 * spread * random.nextGaussian();
        return new Light(x / norm, y / norm, z / norm, colour, slopeX, slopeY);
    }

    /** Brightness at a position of the image, −½ to ½ on each axis, by the slope and the fall-off of the lens. */
    double level(double u, double v) {
        return 1 + slopeX * u + slopeY * v - 0.12 * (u * u + v * v);
    }

    /** Share of the lamp and ambient light on a slope; 1 on the flat. */
    double diffuse(double dx, double dy) {
        double lambert = (z - dx * x - dy * y) / Math.sqrt(1 + dx * dx + dy * dy);
        return AMBIENT + (1 - AMBIENT) * Math.max(0, lambert) / z;
    }

    /** The lamp's reflection on a slope, 0 to 1, for a viewer above the surface. */
    double mirror(double dx, double dy) {
        double hz = 1 + z;
        double half = (hz - dx * x - dy * y) / Math.sqrt((1 + dx * dx + dy * dy) * (x * x + y * y + hz * hz));
        double shine = Math.max(0, half);
        for (int doubling = 0; doubling < 5; doubling++) {
            shine *= shine;
        }
        return shine;
    }
}
