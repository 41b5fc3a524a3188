package dev.ideal4j.eval.episodes;

import dev.ideal4j.core.InvalidInputException;

/**
 * How many references a product has.
 *
 * @param normal normal ones, 0 or more
 * @param anomalous defective ones, 0 or more
 */
public record Shots(int normal, int anomalous) {
    /** Refuses negative numbers, and none at all. */
    public Shots {
        if (normal < 0 || anomalous < 0 || normal + anomalous == 0) {
            throw new InvalidInputException(
                    "shots", normal + " normal and " + anomalous + " abnormal references", "at least one in all");
        }
    }
}
