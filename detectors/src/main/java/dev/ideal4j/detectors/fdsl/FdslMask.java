package dev.ideal4j.detectors.fdsl;

import dev.ideal4j.core.image.Mask;
import dev.ideal4j.core.image.PillowResize;
import dev.ideal4j.core.image.RgbImage;

/** FDSL's targets: masks resized with grey edges (bilinear, antialiased), of which more than half counts as defect. */
final class FdslMask {
    private static final int HALF = 128;

    private FdslMask() {}

    /**
     * Writes 1 where there is a defect, else 0.
     *
     * @param mask or null for none
     * @param to receives {@code width · height} values from {@code offset} on
     */
    static void write(Mask mask, int width, int height, float[] to, int offset) {
        if (mask == null) {
            return;
        }
        boolean[] set = mask.pixels();
        byte[] grey = new byte[3 * set.length];
        for (int i = 0; i < grey.length; i++) {
            grey[i] = (byte) (set[i / 3] ? 255 : 0);
        }
        RgbImage resized = PillowResize.resize(
                new RgbImage(mask.width(), mask.height(), grey), width, height, PillowResize.Filter.BILINEAR);
        for (int i = 0; i < width * height; i++) {
            to[offset + i] = (resized.samples()[3 * i] & 0xFF) >= HALF ? 1 : 0;
        }
    }
}
