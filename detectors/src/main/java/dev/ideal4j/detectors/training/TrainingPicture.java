package dev.ideal4j.detectors.training;

import dev.ideal4j.core.image.Mask;
import dev.ideal4j.core.image.RgbImage;

/** A picture that is read when it is needed. */
public interface TrainingPicture {
    /** Identifies the picture's content, for caches: equal keys, equal pictures. Letters, digits, dashes. */
    String key();

    /** The picture. */
    RgbImage image();

    /** Its mask, of the picture's size; null for a normal picture. */
    Mask mask();
}
