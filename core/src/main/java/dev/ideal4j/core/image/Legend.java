package dev.ideal4j.core.image;

import dev.ideal4j.core.InvalidInputException;
import java.util.Arrays;
import java.util.List;

/** Draws the colour scale of heatmaps with labels. */
final class Legend {
    private static final int WIDTH = 560;
    private static final int HEIGHT = 28;
    private static final int TEXT = 2;
    private static final int MARGIN = 12;
    private static final int BACKGROUND = 24;

    private Legend() {}

    /** See {@link Heatmap#legend}. */
    static RgbImage of(List<String> labels) {
        if (labels.size() != 3) {
            throw new InvalidInputException("legend", labels.size() + " labels", "3");
        }
        int width = WIDTH + 2 * MARGIN;
        int height = HEIGHT + 3 * MARGIN + PixelFont.HEIGHT * TEXT;
        byte[] samples = new byte[3 * width * height];
        Arrays.fill(samples, (byte) BACKGROUND);
        for (int x = 0; x < WIDTH; x++) {
            int colour = ColourScale.at((float) x / (WIDTH - 1));
            boolean tick = x == WIDTH / 2;
            for (int y = 0; y < HEIGHT; y++) {
                set(samples, width, MARGIN + x, MARGIN + y, tick ? 0xFFFFFF : colour);
            }
        }
        RgbImage legend = new RgbImage(width, height, samples);
        for (int i = 0; i < 3; i++) {
            int length = labels.get(i).length() * PixelFont.ADVANCE * TEXT;
            int left = MARGIN + i * (WIDTH - length) / 2;
            Panel.write(legend, labels.get(i), Math.max(0, left), 2 * MARGIN + HEIGHT, width, TEXT);
        }
        return legend;
    }

    private static void set(byte[] samples, int width, int x, int y, int colour) {
        for (int c = 0; c < 3; c++) {
            samples[3 * (y * width + x) + c] = (byte) (colour >> 16 - 8 * c);
        }
    }
}
