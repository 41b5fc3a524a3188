package dev.ideal4j.detectors.training;

import dev.ideal4j.core.image.Mask;
import dev.ideal4j.core.image.RgbImage;

/** An image that is read when it is needed. */
public interface TrainingImage {
    /** Identifies the image's content, for caches: equal keys, equal images. Letters, digits, dashes. */
    String key();

    /** The image. Other threads read images ahead, each image one thread at a time. */
    RgbImage image();

    /** Its mask, of the image's size; null for a normal image. */
    Mask mask();
}
