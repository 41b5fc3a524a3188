package dev.ideal4j.detectors;

import dev.ideal4j.core.InvalidInputException;

/**
 * The ends of the colour scale of heat maps, the same for all images of a product.
 *
 * @param low map value at which colour begins; below it the image is unchanged
 * @param high map value of the brightest colour, above {@code low}
 */
public record HeatScale(float low, float high) {
    /** Checks the ends. */
    public HeatScale {
        if (!(low < high && high - low < Float.POSITIVE_INFINITY)) {
            throw new InvalidInputException("heat-map scale", low + " to " + high, "two numbers, the lower one first");
        }
    }
}
