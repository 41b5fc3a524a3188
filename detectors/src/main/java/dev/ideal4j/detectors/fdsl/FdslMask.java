package dev.ideal4j.detectors.fdsl;

import dev.ideal4j.core.image.Mask;

/** FDSL's targets: masks resized with grey edges (bilinear, antialiased), of which more than half counts as defect. */
final class FdslMask {
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
        boolean[] set = mask.resize(width, height, Mask.Resize.BILINEAR).pixels();
        for (int i = 0; i < set.length; i++) {
            to[offset + i] = set[i] ? 1 : 0;
        }
    }
}
