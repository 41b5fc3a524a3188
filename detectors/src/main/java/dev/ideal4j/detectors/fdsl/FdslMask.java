package dev.ideal4j.detectors.fdsl;

import dev.ideal4j.core.image.Mask;

/** FDSL's targets: masks resized by antialiased bilinear interpolation, of which values above one half count as defect. */
final class FdslMask {
    private FdslMask() {}

    /**
     * Writes 1 where there is a defect, otherwise 0. Writes nothing if there is no mask.
     *
     * @param mask mask of the image, or null if there is none
     * @param to receives {@code width · height} values, starting at {@code offset}
     */
    static void write(Mask mask, int width, int height, float[] to, int offset) {
        if (mask == null) {
            return;
        }
        boolean[] set = mask.resize(width, height, Mask.Resize.BILINEAR).pixels();
        for (int i = 0; i < set.length; i++) {
            to[offset + i] = set[i] ? 1 : 0;
        }
    }
}
