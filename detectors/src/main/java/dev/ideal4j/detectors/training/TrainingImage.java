package dev.ideal4j.detectors.training;

import dev.ideal4j.core.image.Mask;
import dev.ideal4j.core.image.RgbImage;

/** An image of a training, read on demand. */
public interface TrainingImage {
    /** Key of the image's content, for caches. Images with equal keys are equal. Letters, digits and dashes only. */
    String key();

    /**
     * Reads the image. Several threads may read different images at the same time, but only one thread reads a given image.
     */
    RgbImage image();

    /** The mask, of the image's size; null for a normal image. */
    Mask mask();
}
