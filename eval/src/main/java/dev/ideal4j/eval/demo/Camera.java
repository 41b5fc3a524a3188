package dev.ideal4j.eval.demo;

import dev.ideal4j.core.image.Mask;
import dev.ideal4j.core.image.RgbImage;
import java.util.Random;

/** Makes images of lit surfaces, and determines the pixels that a defect changed. */
final class Camera {
    /** A pixel belongs to the defect if a channel changed by more than this share of the full range, without noise. */
    private static final double VISIBLE = 0.03;

    private Camera() {}

    /** The image of a lit surface. The lens blurs it slightly, and the sensor adds noise. */
    static RgbImage take(float[] lit, int size, Random random, double noise) {
        float[] sharp = blur(lit, size);
        byte[] samples = new byte[lit.length];
        for (int i = 0; i < samples.length; i++) {
            double value = 255 * sharp[i] + noise * random.nextGaussian();
            samples[i] = (byte) Math.max(0, Math.min(255, Math.round(value)));
        }
        return new RgbImage(size, size, samples);
    }

    /** The pixels in which two lit surfaces visibly differ. Gaps of up to four pixels between them are filled. */
    static Mask difference(float[] good, float[] bad, int size) {
        boolean[] changed = new boolean[size * size];
        for (int i = 0; i < changed.length; i++) {
            double most = 0;
            for (int c = 0; c < 3; c++) {
                most = Math.max(most, Math.abs(clip(good[3 * i + c]) - clip(bad[3 * i + c])));
            }
            changed[i] = most > VISIBLE;
        }
        return new Mask(size, size, spread(spread(changed, size, true), size, false));
    }

    private static float clip(float value) {
        return Math.max(0, Math.min(1, value));
    }

    /** Grows ({@code to} true) or shrinks the set pixels by two on each side. */
    private static boolean[] spread(boolean[] pixels, int size, boolean to) {
        boolean[] result = pixels;
        for (int axis = 0; axis < 2; axis++) {
            boolean[] next = result.clone();
            int stride = axis == 0 ? 1 : size;
            for (int i = 0; i < next.length; i++) {
                int at = axis == 0 ? i % size : i / size;
                for (int d = Math.max(-2, -at); d <= Math.min(2, size - 1 - at) && next[i] != to; d++) {
                    next[i] = result[i + d * stride] == to ? to : next[i];
                }
            }
            result = next;
        }
        return result;
    }

    /** A 3 × 3 binomial blur with a weight of ⅔ for the middle on each axis. Pixels at the border repeat. */
    private static float[] blur(float[] lit, int size) {
        float[] rows = new float[lit.length];
        float[] result = new float[lit.length];
        for (int y = 0; y < size; y++) {
            for (int x = 0; x < size; x++) {
                int left = 3 * (y * size + Math.max(0, x - 1));
                int right = 3 * (y * size + Math.min(size - 1, x + 1));
                for (int c = 0; c < 3; c++) {
                    int i = 3 * (y * size + x) + c;
                    rows[i] = lit[i] * 2 / 3 + (lit[left + c] + lit[right + c]) / 6;
                }
            }
        }
        for (int y = 0; y < size; y++) {
            int up = 3 * size * Math.max(0, y - 1);
            int down = 3 * size * Math.min(size - 1, y + 1);
            for (int x = 0; x < 3 * size; x++) {
                result[3 * size * y + x] = rows[3 * size * y + x] * 2 / 3 + (rows[up + x] + rows[down + x]) / 6;
            }
        }
        return result;
    }
}
