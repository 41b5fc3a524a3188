package dev.ideal4j.detectors.training;

import java.util.List;

/**
 * One step of training: references of one product, and a query.
 *
 * @param normal normal references
 * @param abnormal defective references, with masks
 * @param query the image to score; abnormal when it has a mask
 */
public record Episode(List<TrainingImage> normal, List<TrainingImage> abnormal, TrainingImage query) {
    /** Copies the lists. */
    public Episode {
        normal = List.copyOf(normal);
        abnormal = List.copyOf(abnormal);
    }

    /** Draws episodes, the same ones for the same seed; drawing must not read images. */
    @FunctionalInterface
    public interface Source {
        /** The next episode of an endless row. */
        Episode next();
    }
}
