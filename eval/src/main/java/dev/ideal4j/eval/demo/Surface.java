package dev.ideal4j.eval.demo;

import java.util.Arrays;

/**
 * A square surface to paint on. Each pixel has a colour, a height in pixels, a gloss from 0 to 1, and a share that belongs to
 * the part and not to the background. {@link #shade} lights the surface.
 */
final class Surface {
    final int size;
    private final float[] red;
    private final float[] green;
    private final float[] blue;
    private final float[] height;
    private final float[] gloss;
    private final float[] matte;

    Surface(int size) {
        this.size = size;
        int pixels = size * size;
        red = new float[pixels];
        green = new float[pixels];
        blue = new float[pixels];
        height = new float[pixels];
        gloss = new float[pixels];
        matte = new float[pixels];
        Arrays.fill(matte, 1);
    }

    /** Covers a pixel with a colour; {@code cover} is from 0 (keep) to 1 (replace). */
    void colour(int x, int y, Rgb colour, double cover) {
        int i = y * size + x;
        red[i] += (float) ((colour.r() - red[i]) * cover);
        green[i] += (float) ((colour.g() - green[i]) * cover);
        blue[i] += (float) ((colour.b() - blue[i]) * cover);
    }

    /** Filters a pixel's colour like a transparent layer; {@code cover} is from 0 to 1. */
    void tint(int x, int y, Rgb filter, double cover) {
        int i = y * size + x;
        red[i] *= (float) (1 + (filter.r() - 1) * cover);
        green[i] *= (float) (1 + (filter.g() - 1) * cover);
        blue[i] *= (float) (1 + (filter.b() - 1) * cover);
    }

    /** Adds to a pixel's height. */
    void raise(int x, int y, double by) {
        height[y * size + x] += (float) by;
    }

    /** Moves a pixel's height towards a level. */
    void level(int x, int y, double to, double cover) {
        int i = y * size + x;
        height[i] += (float) ((to - height[i]) * cover);
    }

    /** Moves a pixel's gloss towards a value. */
    void polish(int x, int y, double to, double cover) {
        int i = y * size + x;
        gloss[i] += (float) ((to - gloss[i]) * cover);
    }

    /** Sets the share of a pixel that belongs to the part; the default is 1. */
    void part(int x, int y, double cover) {
        matte[y * size + x] = (float) cover;
    }

    /** The share of a pixel that belongs to the part, 0 to 1; 0 outside the image. */
    double part(int x, int y) {
        return x < 0 || y < 0 || x >= size || y >= size ? 0 : matte[y * size + x];
    }

    /** The lit surface: {@code size · size · 3} values of about 0 to 1, red, green, blue. */
    float[] shade(Light light) {
        float[] lit = new float[3 * size * size];
        for (int y = 0; y < size; y++) {
            for (int x = 0; x < size; x++) {
                int i = y * size + x;
                double dx = (height(x + 1, y) - height(x - 1, y)) / 2;
                double dy = (height(x, y + 1) - height(x, y - 1)) / 2;
                double diffuse = light.diffuse(dx, dy) * light.level((x + 0.5) / size - 0.5, (y + 0.5) / size - 0.5);
                double mirror = gloss[i] == 0 ? 0 : gloss[i] * light.mirror(dx, dy);
                lit[3 * i] = (float) (red[i] * diffuse * light.colour().r() + mirror);
                lit[3 * i + 1] = (float) (green[i] * diffuse * light.colour().g() + mirror);
                lit[3 * i + 2] = (float) (blue[i] * diffuse * light.colour().b() + mirror);
            }
        }
        return lit;
    }

    private float height(int x, int y) {
        int cx = Math.min(Math.max(x, 0), size - 1);
        int cy = Math.min(Math.max(y, 0), size - 1);
        return height[cy * size + cx];
    }
}
