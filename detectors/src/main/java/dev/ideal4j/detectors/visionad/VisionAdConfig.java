package dev.ideal4j.detectors.visionad;

import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.detectors.common.Ranges;

/**
 * Settings of VisionAD.
 *
 * @param supportAugmentation whether the memory bank also holds the references turned by 90, 180 and 270 degrees and
 *     mirrored both ways
 * @param queryAugmentation whether the maps of three views are added up: as it is, upside down, and with negative pixels
 *     set to 0, each with a memory bank of its own
 * @param scoreSide side in pixels of the square map whose highest values make the image score; 0 for the patches
 * @param topFraction share of the highest values whose mean is the image score, 0 (the maximum) to 1
 * @param smoothing standard deviation in pixels of the Gaussian that smooths the map; 0 for none
 * @param coreset share of the memory bank that is kept, above 0, at most 1: the most different patches
 */
public record VisionAdConfig(
        boolean supportAugmentation,
        boolean queryAugmentation,
        int scoreSide,
        double topFraction,
        float smoothing,
        double coreset) {
    /** The published settings: all augmentation, the top 1 % of a map of 256×256, no smoothing, the whole bank. */
    public static final VisionAdConfig PUBLISHED = new VisionAdConfig(true, true, 256, 0.01, 0, 1);

    private static final int LARGEST_SIDE = 4096;

    /** Checks the ranges. */
    public VisionAdConfig {
        if (scoreSide < 0 || scoreSide > LARGEST_SIDE) {
            throw new InvalidInputException("score side", Integer.toString(scoreSide), "0 to " + LARGEST_SIDE);
        }
        Ranges.share("top fraction", topFraction);
        Ranges.smoothing(smoothing);
        Ranges.positiveShare("coreset", coreset);
    }

    /** This with other augmentations. */
    VisionAdConfig withAugmentation(boolean support, boolean query) {
        return new VisionAdConfig(support, query, scoreSide, topFraction, smoothing, coreset);
    }

    /** This with another share of the memory bank. */
    VisionAdConfig withCoreset(double share) {
        return new VisionAdConfig(supportAugmentation, queryAugmentation, scoreSide, topFraction, smoothing, share);
    }

    /** How many of the values whose highest are averaged: {@code max(1, ⌊topFraction · values⌋)}. */
    int top(int patches) {
        int values = scoreSide == 0 ? patches : scoreSide * scoreSide;
        return Math.max(1, (int) (topFraction * values));
    }
}
