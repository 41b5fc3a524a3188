package dev.ideal4j.benchmarks;

import dev.ideal4j.core.image.RgbImage;
import java.util.Random;

/**
 * Generated line scans of rolled steel: streaks along the scan, grain, and light that changes slowly. A scan with defects has one
 * in each square of 1000 pixels: a pit, a scratch or a stain, 12 to 40 pixels long.
 */
final class Scans {
    static final int WIDTH = 8000;
    static final int HEIGHT = 2000;

    /** Side of the squares. */
    static final int SQUARE = 1000;

    /** Room between a defect and the edge of its square. */
    private static final int MARGIN = 60;

    private static final int STREAK = 250;

    private Scans() {}

    /** A scan. */
    static RgbImage scan(long seed, boolean defects) {
        Random random = new Random(31 * seed + 7);
        float[] grey = new float[WIDTH * HEIGHT];
        float[] streak = new float[WIDTH / STREAK + 2];
        float[] light = new float[HEIGHT / STREAK + 2];
        for (int i = 0; i < light.length; i++) {
            light[i] = (float) (8 * random.nextGaussian());
        }
        for (int y = 0; y < HEIGHT; y++) {
            // A streak goes on in the next row for the most part.
            for (int i = 0; i < streak.length; i++) {
                streak[i] = (float) (0.7 * streak[i] + 5 * random.nextGaussian());
            }
            float lit = mixed(light, (float) y / STREAK);
            for (int x = 0; x < WIDTH; x++) {
                float grain = (random.nextFloat() + random.nextFloat() - 1) * 24;
                grey[y * WIDTH + x] = 128 + lit + mixed(streak, (float) x / STREAK) + grain;
            }
        }
        if (defects) {
            for (int y = 0; y < HEIGHT; y += SQUARE) {
                for (int x = 0; x < WIDTH; x += SQUARE) {
                    defect(
                            grey,
                            x + MARGIN + random.nextInt(SQUARE - 2 * MARGIN),
                            y + MARGIN + random.nextInt(SQUARE - 2 * MARGIN),
                            random);
                }
            }
        }
        byte[] samples = new byte[3 * grey.length];
        for (int i = 0; i < samples.length; i++) {
            samples[i] = (byte) Math.max(0, Math.min(255, Math.round(grey[i / 3])));
        }
        return new RgbImage(WIDTH, HEIGHT, samples);
    }

    private static float mixed(float[] values, float at) {
        int before = (int) at;
        return values[before] + (at - before) * (values[before + 1] - values[before]);
    }

    /** An ellipse with a soft edge: round and dark, long and bright, or round and faint. */
    private static void defect(float[] grey, int left, int top, Random random) {
        double length = 12 + 28 * random.nextDouble();
        int kind = random.nextInt(3);
        double across = kind == 1 ? 3 : length * (0.5 + 0.5 * random.nextDouble());
        double contrast = kind == 0 ? -60 : kind == 1 ? 70 : 35;
        double angle = Math.PI * random.nextDouble();
        for (int y = -20; y <= 20; y++) {
            for (int x = -20; x <= 20; x++) {
                double u = 2 * (x * Math.cos(angle) + y * Math.sin(angle)) / length;
                double v = 2 * (y * Math.cos(angle) - x * Math.sin(angle)) / across;
                double inside = Math.max(0, Math.min(1, 3 * (1 - Math.sqrt(u * u + v * v))));
                grey[(top + y) * WIDTH + left + x] += (float) (contrast * inside);
            }
        }
    }
}
