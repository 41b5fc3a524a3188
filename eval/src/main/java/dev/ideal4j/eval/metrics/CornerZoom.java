package dev.ideal4j.eval.metrics;

import dev.ideal4j.core.image.Mask;
import dev.ideal4j.core.image.ScoreMap;

/** Shrinks maps and masks to a longest side as SciPy's {@code ndimage.zoom} does, which keeps the corner pixels. */
final class CornerZoom {
    private CornerZoom() {}

    /** The map, shrunk by linear interpolation. A map that is small enough is returned unchanged. */
    static ScoreMap atMost(ScoreMap map, int longest) {
        int width = side(map.width(), map.height(), longest);
        int height = side(map.height(), map.width(), longest);
        if (width == map.width() && height == map.height()) {
            return map;
        }
        float[] from = map.values();
        float[] to = new float[width * height];
        double ratioX = ratio(map.width(), width);
        double ratioY = ratio(map.height(), height);
        for (int y = 0; y < height; y++) {
            int top = floor(y * ratioY, map.height());
            int bottom = Math.min(top + 1, map.height() - 1);
            double down = y * ratioY - top;
            for (int x = 0; x < width; x++) {
                int left = floor(x * ratioX, map.width());
                int right = Math.min(left + 1, map.width() - 1);
                double across = x * ratioX - left;
                double value = from[top * map.width() + left] * ((1 - down) * (1 - across));
                value += from[top * map.width() + right] * ((1 - down) * across);
                value += from[bottom * map.width() + left] * (down * (1 - across));
                value += from[bottom * map.width() + right] * (down * across);
                to[y * width + x] = (float) value;
            }
        }
        return new ScoreMap(width, height, to);
    }

    /** The mask, shrunk by nearest pixels. A mask that is small enough is returned unchanged. */
    static Mask atMost(Mask mask, int longest) {
        int width = side(mask.width(), mask.height(), longest);
        int height = side(mask.height(), mask.width(), longest);
        if (width == mask.width() && height == mask.height()) {
            return mask;
        }
        boolean[] to = new boolean[width * height];
        double ratioX = ratio(mask.width(), width);
        double ratioY = ratio(mask.height(), height);
        for (int y = 0; y < height; y++) {
            int row = floor(y * ratioY + 0.5, mask.height()) * mask.width();
            for (int x = 0; x < width; x++) {
                to[y * width + x] = mask.pixels()[row + floor(x * ratioX + 0.5, mask.width())];
            }
        }
        return new Mask(width, height, to);
    }

    private static int side(int side, int other, int longest) {
        int longer = Math.max(side, other);
        return longer <= longest ? side : Math.max(1, (int) Math.rint(side * ((double) longest / longer)));
    }

    private static double ratio(int from, int to) {
        return to == 1 ? 0 : (from - 1) / (to - 1.0);
    }

    private static int floor(double coordinate, int side) {
        return Math.min((int) coordinate, side - 1);
    }
}
