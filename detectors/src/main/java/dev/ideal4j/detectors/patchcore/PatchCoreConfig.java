package dev.ideal4j.detectors.patchcore;

import dev.ideal4j.detectors.common.Ranges;

/**
 * Settings of PatchCore.
 *
 * @param variant which of the two public implementations is followed
 * @param neighbourhood side of the square of patches that is combined into one feature, odd; 1 for none
 * @param coreset share of the patches that are kept, above 0, at most 1
 * @param neighbours in anomalib's variant, number of rows of the memory bank that re-weight the image score, 1 for none; in
 *     the authors' variant, number of nearest rows whose mean distance is the patch score
 * @param pretrainDimension in the authors' variant, number of values to which each layer's neighbourhood is reduced
 * @param targetDimension in the authors' variant, number of values of the final feature
 * @param smoothing standard deviation of the Gaussian on the map, in pixels; 0 for none
 * @param seed seed of the random projection and of the first row
 */
public record PatchCoreConfig(
        PatchCoreVariant variant,
        int neighbourhood,
        double coreset,
        int neighbours,
        int pretrainDimension,
        int targetDimension,
        float smoothing,
        long seed) {
    /** The published settings of anomalib. */
    public static final PatchCoreConfig PUBLISHED = of(PatchCoreVariant.ANOMALIB);

    private static final int LARGEST_DIMENSION = 1 << 16;
    private static final int LARGEST_NEIGHBOURHOOD = 31;

    /** Checks the ranges. */
    public PatchCoreConfig {
        Ranges.odd("neighbourhood", neighbourhood);
        Ranges.between("neighbourhood", neighbourhood, 1, LARGEST_NEIGHBOURHOOD);
        Ranges.positiveShare("coreset", coreset);
        Ranges.atLeast("neighbours", neighbours, 1);
        Ranges.between("pretrain dimension", pretrainDimension, 1, LARGEST_DIMENSION);
        Ranges.between("target dimension", targetDimension, 1, LARGEST_DIMENSION);
        Ranges.smoothing(smoothing);
    }

    /** The published settings of a variant. */
    public static PatchCoreConfig of(PatchCoreVariant variant) {
        return new PatchCoreConfig(variant, 3, 0.1, publishedNeighbours(variant), 1024, 1024, 4, 0);
    }

    /** The published number of neighbours of a variant. */
    static int publishedNeighbours(PatchCoreVariant variant) {
        return variant == PatchCoreVariant.ANOMALIB ? 9 : 1;
    }

    /** Returns these settings with another neighbourhood. */
    public PatchCoreConfig withNeighbourhood(int side) {
        return new PatchCoreConfig(
                variant, side, coreset, neighbours, pretrainDimension, targetDimension, smoothing, seed);
    }

    /** Returns these settings with another number of neighbours. */
    public PatchCoreConfig withNeighbours(int number) {
        return new PatchCoreConfig(
                variant, neighbourhood, coreset, number, pretrainDimension, targetDimension, smoothing, seed);
    }

    /** Returns these settings with other dimensions of the authors' variant. */
    public PatchCoreConfig withDimensions(int pretrain, int target) {
        return new PatchCoreConfig(variant, neighbourhood, coreset, neighbours, pretrain, target, smoothing, seed);
    }
}
