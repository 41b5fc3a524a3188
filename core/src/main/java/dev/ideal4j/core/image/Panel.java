package dev.ideal4j.core.image;

import dev.ideal4j.core.InvalidInputException;
import java.util.Arrays;
import java.util.List;

/** Places images side by side, each with a caption above, for instance image, ground truth and heatmap. */
public final class Panel {
    private static final byte BACKGROUND = 24;
    private static final byte INK = (byte) 230;

    /** Image height in pixels per unit of caption scale. */
    private static final int TEXT_SCALE = 220;

    private Panel() {}

    /**
     * Places images from left to right, resized to the height of the first image.
     *
     * @param images one or more images of any sizes; not modified
     * @param captions one ASCII caption per image; other characters become a box, and a caption is cut at the width of
     *     its image
     */
    public static RgbImage of(List<RgbImage> images, List<String> captions) {
        if (images.isEmpty() || images.size() != captions.size()) {
            throw new InvalidInputException(
                    "panel", images.size() + " images and " + captions.size() + " captions", "one caption each");
        }
        int height = images.get(0).height();
        int text = Math.max(1, Math.round((float) height / TEXT_SCALE));
        int margin = 4 * text;
        int top = PixelFont.HEIGHT * text + 2 * margin;
        List<RgbImage> scaled =
                images.stream().map(image -> toHeight(image, height)).toList();
        int width = margin
                + scaled.stream().mapToInt(image -> image.width() + margin).sum();
        RgbImage panel = new RgbImage(width, top + height + margin, new byte[3 * width * (top + height + margin)]);
        Arrays.fill(panel.samples(), BACKGROUND);
        int x = margin;
        for (int i = 0; i < scaled.size(); i++) {
            RgbImage image = scaled.get(i);
            write(panel, captions.get(i), x, margin, image.width(), text);
            for (int y = 0; y < height; y++) {
                int row = 3 * image.width();
                System.arraycopy(image.samples(), y * row, panel.samples(), 3 * ((top + y) * width + x), row);
            }
            x += image.width() + margin;
        }
        return panel;
    }

    private static RgbImage toHeight(RgbImage image, int height) {
        int width = Math.max(1, Math.round((float) image.width() * height / image.height()));
        return PillowResize.resize(image, width, height, PillowResize.Filter.BICUBIC);
    }

    /** Writes a text. The text is cut after {@code room} pixels. */
    static void write(RgbImage panel, String caption, int left, int top, int room, int scale) {
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
