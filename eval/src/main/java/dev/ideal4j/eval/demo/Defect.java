package dev.ideal4j.eval.demo;

import java.util.Random;

/**
 * A defect to paint.
 *
 * @param kind name of the defect, as in the folder; {@code good} for no defect
 * @param random random numbers of the defect alone, so that the part around it is the same with and without it
 * @param strength visibility, 0 to 1
 * @param scale factor on lengths: 1 for a part of 320 pixels
 */
record Defect(String kind, Random random, double strength, double scale) {
    /** Whether the defect is of a kind. */
    boolean is(String name) {
        return kind.equals(name);
    }

    /** A random number between two bounds. */
    double between(double low, double high) {
        return low + (high - low) * random.nextDouble();
    }

    /** A random length in pixels. The bounds are for a part of 320 pixels. */
    double pixels(double low, double high) {
        return scale * between(low, high);
    }

    /** A random integer from 0 to below a bound. */
    int below(int bound) {
        return random.nextInt(bound);
    }

    /** +1 or −1 at random. */
    int sign() {
        return random.nextBoolean() ? 1 : -1;
    }

    /** A random position on the part, at least {@code margin} pixels from the image's border; the centre if there is none. */
    double[] place(Surface surface, double margin) {
        for (int i = 0; i < 200; i++) {
            double x = between(margin, surface.size - margin);
            double y = between(margin, surface.size - margin);
            if (surface.part((int) x, (int) y) > 0.9) {
                return new double[] {x, y};
            }
        }
        return new double[] {surface.size / 2.0, surface.size / 2.0};
    }
}
