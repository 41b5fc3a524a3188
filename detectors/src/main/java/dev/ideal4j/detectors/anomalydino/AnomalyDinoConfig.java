package dev.ideal4j.detectors.anomalydino;

import dev.ideal4j.detectors.common.ForegroundMask;
import dev.ideal4j.detectors.common.Ranges;

/**
 * Settings of AnomalyDINO.
 *
 * @param rotations number of copies of each reference in the memory bank, rotated by equal steps of a full turn, including
 *     the reference itself; 1 for the reference alone
 * @param maskQueries whether the background of images gets the score 0
 * @param maskReferences whether the background of references is left out of the memory bank
 * @param mask settings of the foreground mask
 * @param metric distance of patches
 * @param neighbours number of nearest rows over which a distance is averaged
 * @param topFraction share of the highest patch scores whose mean is the image score; 0 for the highest alone
 * @param smoothing standard deviation of the Gaussian on the map, in pixels; 0 for none
 */
public record AnomalyDinoConfig(
        int rotations,
        boolean maskQueries,
        boolean maskReferences,
        ForegroundMask mask,
        PatchMetric metric,
        int neighbours,
        double topFraction,
        float smoothing) {
    /** The published settings for a product without foreground mask. */
    public static final AnomalyDinoConfig PUBLISHED =
            new AnomalyDinoConfig(8, false, false, ForegroundMask.PUBLISHED, PatchMetric.L2_NORMALIZED, 1, 0.01, 4);

    /** Checks the ranges. */
    public AnomalyDinoConfig {
        Ranges.between("rotations", rotations, 1, 360);
        Ranges.atLeast("neighbours", neighbours, 1);
        Ranges.share("top fraction", topFraction);
        Ranges.smoothing(smoothing);
    }

    /** Returns these settings with another number of rotated copies. */
    public AnomalyDinoConfig withRotations(int copies) {
        return new AnomalyDinoConfig(
                copies, maskQueries, maskReferences, mask, metric, neighbours, topFraction, smoothing);
    }

    /** Number of highest patch scores whose mean is the image score. */
    int top(int patches) {
        return Math.max(1, (int) (topFraction * patches));
    }
}
