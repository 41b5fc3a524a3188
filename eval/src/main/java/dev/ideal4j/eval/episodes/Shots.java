package dev.ideal4j.eval.episodes;

import dev.ideal4j.core.InvalidInputException;

/**
 * The numbers of references of a product.
 *
 * @param normal number of normal references, 0 or more
 * @param anomalous number of anomalous references, 0 or more
 */
public record Shots(int normal, int anomalous) {
    /** Checks that no number is negative and that there is at least one reference. */
    public Shots {
        if (normal < 0 || anomalous < 0 || normal + anomalous == 0) {
            throw new InvalidInputException(
                    "shots", normal + " normal and " + anomalous + " anomalous references", "at least one in all");
        }
    }
}
