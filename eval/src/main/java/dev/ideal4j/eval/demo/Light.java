package dev.ideal4j.eval.demo;

import java.util.Random;

/**
 * A lamp above the surface, with ambient light, uneven over the picture.
 *
 * @param x towards the lamp, a unit vector
 * @param y towards the lamp
 * @param z towards the lamp, out of the picture
 * @param colour of the light
 * @param slopeX change of brightness across the picture
 * @param slopeY change of brightness down the picture
 */
record Light(double x, double y, double z, Rgb colour, double slopeX, double slopeY) {
    private static final double AMBIENT = 0.45;

    /** The inspection lamp, top left, with as much variation as {@code spread} says (1: that of a tidy line). */
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

    /** Brightness at a place of the picture, from −½ to ½ on each axis: the slope and the lens's fall-off. */
    double level(double u, double v) {
        return 1 + slopeX * u + slopeY * v - 0.12 * (u * u + v * v);
    }

    /** Share of the lamp and ambient light on a slope; 1 on the flat. */
    double diffuse(double dx, double dy) {
        double lambert = (z - dx * x - dy * y) / Math.sqrt(1 + dx * dx + dy * dy);
        return AMBIENT + (1 - AMBIENT) * Math.max(0, lambert) / z;
    }

    /** The lamp's reflection on a slope, 0 to 1; the viewer looks straight down. */
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
