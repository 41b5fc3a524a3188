package dev.ideal4j.eval.demo;

import dev.ideal4j.core.image.Mask;
import dev.ideal4j.core.image.RgbImage;

/**
 * A generated image.
 *
 * @param part name of the product, such as {@code fabric}
 * @param kind {@code good} or the name of the defect
 * @param index number in its folder, from 0
 * @param image the image
 * @param mask mask of the defect, in the size of the image; empty for a good part
 */
public record DemoSample(String part, String kind, int index, RgbImage image, Mask mask) {
    /** Whether the image shows a defect. */
    public boolean isAbnormal() {
        return !kind.equals(DemoDataset.GOOD);
    }
}
