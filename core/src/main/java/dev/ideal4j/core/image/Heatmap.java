package dev.ideal4j.core.image;

import dev.ideal4j.core.InvalidInputException;
import java.util.List;

/** Draws anomaly maps as images: colours over a photograph, and outlines of regions. Inputs are not modified. */
public final class Heatmap {
    /** Part of the scale, from its lower end, over which the opacity increases. */
    private static final float FADE = 0.5f;

    /** Width of an outline as a fraction of the image's longer side. */
    private static final float LINE = 1 / 250f;

    private Heatmap() {}

    /**
     * Draws a legend: a bar of the colours with labels below.
     *
     * @param labels three labels in ASCII, for the left end, the middle and the right end
     * @throws InvalidInputException if the number of labels is not 3
     */
    public static RgbImage legend(List<String> labels) {
        return Legend.of(labels);
    }

    /**
     * Draws the colours of a map over an image. The opacity increases with the score. Pixels with scores up to {@code
     * min} are unchanged, so that a normal part looks like the original.
     *
     * @param image the image
     * @param map a map of any size; it is resized bilinearly to the size of the image
     * @param min score at the dark end of the scale
     * @param max score at the bright end of the scale, above {@code min}; higher scores get the same colour
     * @param opacity of the colour at {@code max}, in [0, 1]
     * @return an image of the same size; pixels whose score is NaN are unchanged
     */
    public static RgbImage overlay(RgbImage image, ScoreMap map, float min, float max, float opacity) {
        ScoreMap.checkRange(min, max);
        if (!(opacity >= 0 && opacity <= 1)) {
            throw new InvalidInputException("opacity", Float.toString(opacity), "0 to 1");
        }
        float[] scores = map.resize(image.width(), image.height()).values();
        byte[] samples = image.samples().clone();
        float range = max - min;
        for (int i = 0; i < scores.length; i++) {
            float share = (scores[i] - min) / range;
            if (share > 0) {
                mix(samples, 3 * i, ColourScale.at(share), opacity * Math.min(1, share / FADE));
            }
        }
        return new RgbImage(image.width(), image.height(), samples);
    }

    /**
     * Draws a map as colours without an image.
     *
     * @param min score at the dark end of the scale
     * @param max score at the bright end, above {@code min}
     * @return an image of the map's size; pixels whose score is NaN are black
     */
    public static RgbImage colours(ScoreMap map, float min, float max) {
        ScoreMap.checkRange(min, max);
        byte[] samples = new byte[3 * map.values().length];
        for (int i = 0; i < map.values().length; i++) {
            float share = (map.values()[i] - min) / (max - min);
            if (!Float.isNaN(share)) {
                mix(samples, 3 * i, ColourScale.at(share), 1);
            }
        }
        return new RgbImage(map.width(), map.height(), samples);
    }

    /**
     * Draws a line around a region. The line lies directly outside of the region.
     *
     * @param image the image
     * @param region a mask of any size, for instance {@link ScoreMap#atLeast}; it is resized to the size of the image
     *     by nearest neighbour
     * @param colour 0xRRGGBB
     * @return the image itself if the region is empty
     */
    public static RgbImage outline(RgbImage image, Mask region, int colour) {
        if (region.isEmpty()) {
            return image;
        }
        int width = image.width();
        int height = image.height();
        boolean[] inside = region.resize(width, height).pixels();
        int line = Math.max(1, Math.round(Math.max(width, height) * LINE));
        byte[] samples = image.samples().clone();
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                if (inside[y * width + x] && isEdge(inside, width, height, x, y)) {
                    disc(samples, inside, width, height, x, y, line, colour);
                }
            }
        }
        return new RgbImage(width, height, samples);
    }

    private static boolean isEdge(boolean[] inside, int width, int height, int x, int y) {
        int at = y * width + x;
        return x > 0 && !inside[at - 1]
                || x < width - 1 && !inside[at + 1]
                || y > 0 && !inside[at - width]
                || y < height - 1 && !inside[at + width];
    }

    /** Colours the pixels in a disc around a pixel that are outside of the region. */
    private static void disc(
            byte[] samples, boolean[] inside, int width, int height, int x, int y, int radius, int colour) {
        for (int v = Math.max(0, y - radius); v <= Math.min(height - 1, y + radius); v++) {
            for (int u = Math.max(0, x - radius); u <= Math.min(width - 1, x + radius); u++) {
                boolean near = (u - x) * (u - x) + (v - y) * (v - y) <= radius * (radius + 1);
                if (near && !inside[v * width + u]) {
                    mix(samples, 3 * (v * width + u), colour, 1);
                }
            }
        }
    }

    private static void mix(byte[] samples, int at, int colour, float share) {
        samples[at] = mix(samples[at], colour >> 16 & 0xFF, share);
        samples[at + 1] = mix(samples[at + 1], colour >> 8 & 0xFF, share);
        samples[at + 2] = mix(samples[at + 2], colour & 0xFF, share);
    }

    /**
     * Interpolates and rounds. The sum with 0.5 is exact in double precision, so the cast gives the same result as the
     * slower {@link Math#round(float)}.
     */
    private static byte mix(byte sample, int to, float share) {
        int from = sample & 0xFF;
        return (byte) (int) (from + share * (to - from) + 0.5);
    }
}
