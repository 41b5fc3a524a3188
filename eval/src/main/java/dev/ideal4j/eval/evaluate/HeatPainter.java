package dev.ideal4j.eval.evaluate;

import dev.ideal4j.core.image.RgbImage;
import dev.ideal4j.core.image.ScoreMap;

/** Lays anomaly maps over pictures: clear where the score is usual, through yellow and orange to red where it is high. */
final class HeatPainter {
    private static final double OPAQUE = 0.75;
    private static final int[][] COLOURS = {{255, 236, 120}, {255, 150, 30}, {220, 20, 40}};

    private final double usual;
    private final double high;

    /**
     * Scores and their colours.
     *
     * @param usual up to this the picture shows unchanged
     * @param high from this on the colour is full
     */
    HeatPainter(double usual, double high) {
        this.usual = usual;
        this.high = high > usual ? high : Math.nextUp(usual);
    }

    RgbImage paint(RgbImage picture, ScoreMap map) {
        ScoreMap fitted = map.resize(picture.width(), picture.height());
        byte[] painted = picture.samples().clone();
        for (int i = 0; i < fitted.values().length; i++) {
            double heat = Math.min(1, Math.max(0, (fitted.values()[i] - usual) / (high - usual)));
            double opacity = OPAQUE * Math.sqrt(heat);
            for (int c = 0; c < 3; c++) {
                int sample = painted[3 * i + c] & 0xff;
                painted[3 * i + c] = (byte) Math.round(sample + opacity * (colour(heat, c) - sample));
            }
        }
        return new RgbImage(picture.width(), picture.height(), painted);
    }

    private static double colour(double heat, int channel) {
        double at = heat * (COLOURS.length - 1);
        int below = Math.min((int) at, COLOURS.length - 2);
        return COLOURS[below][channel] + (at - below) * (COLOURS[below + 1][channel] - COLOURS[below][channel]);
    }
}
