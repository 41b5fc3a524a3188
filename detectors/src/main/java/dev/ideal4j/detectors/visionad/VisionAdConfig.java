package dev.ideal4j.detectors.visionad;

import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.detectors.common.Ranges;

/**
 * Settings of VisionAD.
 *
 * @param supportAugmentation whether the memory bank also contains the references rotated by 90, 180 and 270 degrees and
 *     mirrored in both directions
 * @param queryAugmentation whether the maps of three views are added: the image as it is, upside down, and with negative
 *     values set to 0. Each view has its own memory bank.
 * @param scoreSide side in pixels of the square map whose highest values make the image score; 0 for the patch scores
 * @param topFraction share of the highest values whose mean is the image score, 0 (the maximum) to 1
 * @param smoothing standard deviation in pixels of the Gaussian that smooths the map; 0 for none
 * @param coreset share of the memory bank that is kept, above 0, at most 1; the most different patches are kept
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

    /** Number of highest values whose mean is the image score: {@code max(1, ⌊topFraction · values⌋)}. */
    int top(int patches) {
        int values = scoreSide == 0 ? patches : scoreSide * scoreSide;
        return Math.max(1, (int) (topFraction * values));
    }
}
