package dev.ideal4j.detectors.patchcore;

import dev.ideal4j.detectors.common.Ranges;

/**
 * Settings of PatchCore.
 *
 * @param variant which of the two public implementations
 * @param neighbourhood side of the square of patches that is put together to one feature, odd; 1 for none
 * @param coreset share of the patches that are kept, above 0, at most 1
 * @param neighbours of anomalib's variant: rows of the memory bank that re-weight the image score, 1 for none; of the
 *     authors': nearest rows whose mean distance is the patch score
 * @param pretrainDimension of the authors' variant: numbers that each layer's neighbourhood is reduced to
 * @param targetDimension of the authors' variant: numbers of the final feature
 * @param smoothing standard deviation of the Gaussian on the map, in pixels; 0 for none
 * @param seed of the random projection and of the first row
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

    /** The published number of neighbours. */
    static int publishedNeighbours(PatchCoreVariant variant) {
        return variant == PatchCoreVariant.ANOMALIB ? 9 : 1;
    }

    /** These settings with another neighbourhood. */
    public PatchCoreConfig withNeighbourhood(int side) {
        return new PatchCoreConfig(
                variant, side, coreset, neighbours, pretrainDimension, targetDimension, smoothing, seed);
    }

    /** These settings with another number of neighbours. */
    public PatchCoreConfig withNeighbours(int number) {
        return new PatchCoreConfig(
                variant, neighbourhood, coreset, number, pretrainDimension, targetDimension, smoothing, seed);
    }

    /** These settings with other widths of the authors' variant. */
    public PatchCoreConfig withDimensions(int pretrain, int target) {
        return new PatchCoreConfig(variant, neighbourhood, coreset, neighbours, pretrain, target, smoothing, seed);
    }
}
