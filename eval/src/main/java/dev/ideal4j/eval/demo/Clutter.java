package dev.ideal4j.eval.demo;

import java.util.Random;

/** Harmless variation of good and defective parts: shadows, glare, dust. There is none at difficulty 0. */
final class Clutter {
    private Clutter() {}

    static void add(Surface surface, Random random, double difficulty) {
        Defect by = new Defect("clutter", random, difficulty, surface.size / 320.0);
        int shadows = often(random, 1.2 * difficulty);
        for (int i = 0; i < shadows; i++) {
            Spot spot = Spot.draw(surface, by, 30, 60, 0.3);
            double depth = by.between(0.15, 0.4) * difficulty;
            spot.paint(
                    surface,
                    14,
                    (x, y, distance) -> surface.tint(x, y, Rgb.grey(1 - depth), Shapes.cover(distance, 24)));
        }
        int glares = often(random, 0.8 * difficulty);
        for (int i = 0; i < glares; i++) {
            Spot spot = Spot.draw(surface, by, 12, 26, 0.2);
            double share = by.between(0.15, 0.4) * difficulty;
            spot.paint(
                    surface,
                    10,
                    (x, y, distance) -> surface.colour(x, y, Rgb.grey(1), share * Shapes.cover(distance, 16)));
        }
        int specks = often(random, 7 * difficulty);
        for (int i = 0; i < specks; i++) {
            Spot spot = Spot.draw(surface, by, 1.2, 2.4, 0.3);
            Rgb dust = Rgb.grey(by.between(0.6, 0.95));
            spot.paint(
                    surface,
                    2,
                    (x, y, distance) -> surface.colour(x, y, dust, 0.8 * difficulty * Shapes.cover(distance)));
        }
    }

    private static int often(Random random, double mean) {
        return (int) (mean * 2 * random.nextDouble() + 0.5);
    }
}
