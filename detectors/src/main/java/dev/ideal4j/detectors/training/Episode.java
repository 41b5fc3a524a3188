package dev.ideal4j.detectors.training;

import java.util.List;

/**
 * One training sample: references of one product, and a query.
 *
 * @param normal normal references
 * @param abnormal abnormal references, with masks
 * @param query the image to score; abnormal if it has a mask
 */
public record Episode(List<TrainingImage> normal, List<TrainingImage> abnormal, TrainingImage query) {
    /** Copies the lists. */
    public Episode {
        normal = List.copyOf(normal);
        abnormal = List.copyOf(abnormal);
    }

    /** Draws episodes. Equal seeds must give equal episodes, and drawing must not read images. */
    @FunctionalInterface
    public interface Source {
        /** The next episode of an endless sequence. */
        Episode next();
    }
}
