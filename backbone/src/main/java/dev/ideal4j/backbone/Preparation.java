package dev.ideal4j.backbone;

import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.image.ImageNormalization;
import dev.ideal4j.core.image.PillowResize;
import dev.ideal4j.core.image.RgbImage;
import java.util.List;
import java.util.Locale;

/**
 * How pictures become a network's input: resized without keeping the aspect ratio, cut at the margins, normalised with
 * ImageNet's mean and deviation.
 *
 * @param height of the input
 * @param width of the input
 * @param margin pixels that are cut off on each side of the resized picture
 * @param filter of the resize, antialiased
 */
record Preparation(int height, int width, int margin, PillowResize.Filter filter) {
    Preparation {
        if (margin < 0) {
            throw new InvalidInputException("margin", Integer.toString(margin), "0 or more");
        }
    }

    /** For fingerprints. */
    String recipe() {
        String kernel = filter.name().toLowerCase(Locale.ROOT);
        return "resize " + kernel + " " + height + "x" + width + ", normalise imagenet"
                + (margin == 0 ? "" : ", margin " + margin);
    }

    /** {@code (b, 3, height, width)}. */
    float[] pixels(List<RgbImage> images) {
        return PixelBatch.of(images, height, width, margin, filter, ImageNormalization.IMAGENET);
    }
}
