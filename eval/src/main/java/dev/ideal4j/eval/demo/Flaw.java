package dev.ideal4j.eval.demo;

import java.util.Random;

/**
 * A defect to be painted.
 *
 * @param kind its name, as in the folder; {@code good} for none
 * @param random its own random numbers, so that the part around it stays the same picture with and without it
 * @param strength how clearly it shows, 0 to 1
 * @param scale factor on lengths: 1 for a part of 320 pixels
 */
record Flaw(String kind, Random random, double strength, double scale) {
    /** Whether it is of this kind. */
    boolean is(String name) {
        return kind.equals(name);
    }

    /** A number between two bounds. */
    double between(double low, double high) {
        return low + (high - low) * random.nextDouble();
    }

    /** A length between two bounds given for a part of 320 pixels. */
    double pixels(double low, double high) {
        return scale * between(low, high);
    }

    /** A whole number below a bound. */
    int below(int bound) {
        return random.nextInt(bound);
    }

    /** +1 or −1. */
    int sign() {
        return random.nextBoolean() ? 1 : -1;
    }

    /** A place on the part, at least {@code margin} from the picture's border; the middle if there is none. */
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
