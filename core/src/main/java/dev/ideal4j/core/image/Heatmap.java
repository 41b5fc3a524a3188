package dev.ideal4j.core.image;

import dev.ideal4j.core.InvalidInputException;
import java.util.List;

/** Anomaly maps as images: colours over a photograph, and outlines of regions. Inputs are not modified. */
public final class Heatmap {
    /** Share of the scale over which the colour fades in. */
    private static final float FADE = 0.5f;

    /** A line is this part of the image's longer side. */
    private static final float LINE = 1 / 250f;

    private Heatmap() {}

    /**
     * The colours beside their scores: a bar with labels below.
     *
     * @param labels at the left end, in the middle and at the right end; in ASCII
     * @throws InvalidInputException if there are not three labels
     */
    public static RgbImage legend(List<String> labels) {
        return Legend.of(labels);
    }

    /**
     * Lays the colours of a map over an image. The higher the score, the more its colour covers: at {@code min} and below
     * the image shows through untouched, so that a normal part looks like itself.
     *
     * @param image the image
     * @param map any size; resized bilinearly to the image's
     * @param min score at the dark end of the scale
     * @param max score at the bright end, above {@code min}; higher scores look the same
     * @param opacity of the colour at {@code max}, in [0, 1]
     * @return of the image's size; pixels whose score is NaN are the image's
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
     * A map in colours alone.
     *
     * @param min score at the dark end of the scale
     * @param max score at the bright end, above {@code min}
     * @return of the map's size; black where the score is NaN
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
     * Draws a line around a region, just outside of it: of a mask, or of {@link ScoreMap#atLeast} a threshold.
     *
     * @param image the image
     * @param region any size; resized to the image's, to the nearest
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

    /** Colours the pixels around one that are not inside. */
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

    /** Rounds as {@link Math#round(float)}, which takes longer, because the sum in double precision is exact. */
    private static byte mix(byte sample, int to, float share) {
        int from = sample & 0xFF;
        return (byte) (int) (from + share * (to - from) + 0.5);
    }
}
