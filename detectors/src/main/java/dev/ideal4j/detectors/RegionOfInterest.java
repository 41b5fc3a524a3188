package dev.ideal4j.detectors;

import dev.ideal4j.core.image.Mask;
import dev.ideal4j.core.image.RgbImage;
import dev.ideal4j.detectors.References.Reference;
import org.jspecify.annotations.Nullable;

/**
 * The part of an image that counts.
 *
 * @param region a mask of any size, set where pixels count; null if all pixels count
 */
record RegionOfInterest(@Nullable Mask region) {
    /** References of which only the pixels in the region count. */
    References within(References references) {
        return region == null
                ? references
                : references.map(known -> new Reference(
                        known.name(),
                        known.role(),
                        inside(known.image()),
                        known.mask(),
                        ignored(
                                known.ignored(),
                                known.image().width(),
                                known.image().height())));
    }

    /** The image, grey outside the region, so that pixels outside do not affect the features inside. */
    RgbImage inside(RgbImage image) {
        return region == null
                ? image
                : outside(region, image.width(), image.height()).hide(image);
    }

    /** As {@link #inside(RgbImage)}, for an image that is read row by row. */
    RgbImage.Rows inside(RgbImage.Rows image) {
        return region == null
                ? image
                : outside(region, image.width(), image.height()).hide(image);
    }

    /**
     * The pixels that do not count: those outside the region, and the ignored ones.
     *
     * @param ignored a mask of any size, or null
     * @return a mask of the given size; {@code ignored} itself without a region
     */
    @Nullable
    Mask ignored(@Nullable Mask ignored, int width, int height) {
        if (region == null) {
            return ignored;
        }
        Mask out = outside(region, width, height);
        if (ignored != null) {
            boolean[] also = ignored.resize(width, height).pixels();
            for (int i = 0; i < also.length; i++) {
                out.pixels()[i] |= also[i];
            }
        }
        return out;
    }

    private static Mask outside(Mask region, int width, int height) {
        boolean[] counts = region.resize(width, height).pixels();
        boolean[] out = new boolean[counts.length];
        for (int i = 0; i < out.length; i++) {
            out[i] = !counts[i];
        }
        return new Mask(width, height, out);
    }
}
