package dev.ideal4j.detectors.subspacead;

import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.detectors.common.ForegroundMask;
import dev.ideal4j.detectors.common.Ranges;

/**
 * Settings of SubspaceAD.
 *
 * @param explainedVariance least share of the variance that the subspace keeps, 0 to 1
 * @param components number of axes; 0 for as many as the share needs
 * @param drop number of leading axes that are left out of the subspace
 * @param rotations number of rotated copies of each reference, in addition to the reference
 * @param largestRotation largest random angle of the copies, in degrees
 * @param patchScore score of a patch
 * @param aggregation how pixels of the map give the image score
 * @param topFraction share of the highest pixels whose mean is the image score with {@link Aggregation#TOP}; 0 for the
 *     highest alone
 * @param smoothing standard deviation of the 3×3 Gaussian on the map, in pixels; 0 for none
 * @param maskQueries whether the background of images gets the score 0
 * @param mask settings of the foreground mask
 * @param seed seed of the angles
 */
public record SubspaceAdConfig(
        double explainedVariance,
        int components,
        int drop,
        int rotations,
        double largestRotation,
        PatchScore patchScore,
        Aggregation aggregation,
        double topFraction,
        float smoothing,
        boolean maskQueries,
        ForegroundMask mask,
        long seed) {
    /** The published settings. */
    public static final SubspaceAdConfig PUBLISHED = new SubspaceAdConfig(
            0.99,
            0,
            0,
            30,
            345,
            PatchScore.RECONSTRUCTION,
            Aggregation.TOP,
            0.01,
            4,
            false,
            new ForegroundMask(10, 3, 0.2, false),
            42);

    private static final int MOST_ROTATIONS = 1000;
    private static final double WHOLE_TURN = 360;

    /** Checks the ranges. */
    public SubspaceAdConfig {
        Ranges.share("explained variance", explainedVariance);
        Ranges.atLeast("components", components, 0);
        Ranges.atLeast("dropped components", drop, 0);
        Ranges.between("rotations", rotations, 0, MOST_ROTATIONS);
        if (!(largestRotation >= 0 && largestRotation <= WHOLE_TURN)) {
            throw new InvalidInputException("largest rotation", Double.toString(largestRotation), "0 to 360 degrees");
        }
        Ranges.share("top fraction", topFraction);
        Ranges.smoothing(smoothing);
    }

    /** Returns these settings with another number of axes and another number of leading axes that are left out. */
    public SubspaceAdConfig withComponents(int number, int dropped) {
        return new SubspaceAdConfig(
                explainedVariance,
                number,
                dropped,
                rotations,
                largestRotation,
                patchScore,
                aggregation,
                topFraction,
                smoothing,
                maskQueries,
                mask,
                seed);
    }

    /** Returns these settings with another share of the variance. */
    public SubspaceAdConfig withExplainedVariance(double share) {
        return new SubspaceAdConfig(
                share,
                components,
                drop,
                rotations,
                largestRotation,
                patchScore,
                aggregation,
                topFraction,
                smoothing,
                maskQueries,
                mask,
                seed);
    }

    /** Returns these settings with another score of patches. */
    public SubspaceAdConfig withPatchScore(PatchScore score) {
        return new SubspaceAdConfig(
                explainedVariance,
                components,
                drop,
                rotations,
                largestRotation,
                score,
                aggregation,
                topFraction,
                smoothing,
                maskQueries,
                mask,
                seed);
    }
}
