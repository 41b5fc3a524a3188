package dev.ideal4j.eval.demo;

import dev.ideal4j.core.image.Mask;
import dev.ideal4j.core.image.RgbImage;

/**
 * A generated picture.
 *
 * @param part the kind of part, {@code fabric}
 * @param kind {@code good} or the defect's name
 * @param index number within its folder, from 0
 * @param image the picture
 * @param mask where the defect is, of the picture's size; empty for a good part
 */
public record DemoSample(String part, String kind, int index, RgbImage image, Mask mask) {
    /** Whether it has a defect. */
    public boolean isAbnormal() {
        return !kind.equals(DemoDataset.GOOD);
    }
}
