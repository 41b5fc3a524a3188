package dev.ideal4j.core.image;

import dev.ideal4j.core.InvalidInputException;
import java.util.Arrays;
import java.util.List;

/** Pictures side by side, each under its caption: for instance picture, truth and heatmap. */
public final class Panel {
    private static final byte BACKGROUND = 24;
    private static final byte INK = (byte) 230;

    /** Height of the pictures over that of the captions' pixels. */
    private static final int TEXT_SCALE = 220;

    private Panel() {}

    /**
     * Lays pictures out from left to right, at the height of the first.
     *
     * @param pictures one or more, any sizes; not modified
     * @param captions as many, in ASCII (other letters become a box); cut where they are longer than their picture is wide
     */
    public static RgbImage of(List<RgbImage> pictures, List<String> captions) {
        if (pictures.isEmpty() || pictures.size() != captions.size()) {
            throw new InvalidInputException(
                    "panel", pictures.size() + " pictures and " + captions.size() + " captions", "one caption each");
        }
        int height = pictures.get(0).height();
        int text = Math.max(1, Math.round((float) height / TEXT_SCALE));
        int margin = 4 * text;
        int top = PixelFont.HEIGHT * text + 2 * margin;
        List<RgbImage> scaled =
                pictures.stream().map(picture -> toHeight(picture, height)).toList();
        int width = margin
                + scaled.stream().mapToInt(picture -> picture.width() + margin).sum();
        RgbImage panel = new RgbImage(width, top + height + margin, new byte[3 * width * (top + height + margin)]);
        Arrays.fill(panel.samples(), BACKGROUND);
        int x = margin;
        for (int i = 0; i < scaled.size(); i++) {
            RgbImage picture = scaled.get(i);
            write(panel, captions.get(i), x, margin, picture.width(), text);
            for (int y = 0; y < height; y++) {
                int row = 3 * picture.width();
                System.arraycopy(picture.samples(), y * row, panel.samples(), 3 * ((top + y) * width + x), row);
            }
            x += picture.width() + margin;
        }
        return panel;
    }

    private static RgbImage toHeight(RgbImage picture, int height) {
        int width = Math.max(1, Math.round((float) picture.width() * height / picture.height()));
        return PillowResize.resize(picture, width, height, PillowResize.Filter.BICUBIC);
    }

    private static void write(RgbImage panel, String caption, int left, int top, int room, int scale) {
        int length = Math.min(caption.length(), room / (PixelFont.ADVANCE * scale));
        for (int y = 0; y < PixelFont.HEIGHT * scale; y++) {
            for (int x = 0; x < length * PixelFont.ADVANCE * scale; x++) {
                int column = x / scale;
                char letter = caption.charAt(column / PixelFont.ADVANCE);
                if (PixelFont.isSet(letter, column % PixelFont.ADVANCE, y / scale)) {
                    int at = 3 * ((top + y) * panel.width() + left + x);
                    Arrays.fill(panel.samples(), at, at + 3, INK);
                }
            }
        }
    }
}
