package dev.ideal4j.detectors.nagl;

import dev.ideal4j.detectors.common.Ranges;

/**
 * Settings of NAGL.
 *
 * @param heads attention heads, a divisor of the feature width
 * @param smoothing standard deviation in pixels of the Gaussian that smooths the map; 0 for none
 * @param topFraction share of the highest patch scores, at least one patch, whose mean is the image score; above 0, at
 *     most 1
 */
public record NaglConfig(int heads, float smoothing, double topFraction) {
    /** The published settings: 4 heads, σ = 4, the top 1 %. */
    public static final NaglConfig PUBLISHED = new NaglConfig(4, 4, 0.01);

    /**
     * Checks the ranges that do not depend on the backbone.
     *
     * @throws dev.ideal4j.core.InvalidInputException if a value is out of its range
     */
    public NaglConfig {
        Ranges.atLeast("heads", heads, 1);
        Ranges.smoothing(smoothing);
        Ranges.positiveShare("top fraction", topFraction);
    }

    /** Number of patches whose mean score is the image score: {@code max(1, ⌊topFraction · patches⌋)}. */
    int topPatches(int patches) {
        return Math.max(1, (int) (topFraction * patches));
    }
}
