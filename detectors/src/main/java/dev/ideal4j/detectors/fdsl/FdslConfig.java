package dev.ideal4j.detectors.fdsl;

import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.detectors.common.Ranges;

/**
 * Settings of FDSL.
 *
 * @param absolute whether the classifiers see absolute differences ({@code useAbs})
 * @param inputNorm whether differences go through a batch normalisation first ({@code useFirstBatchNorm})
 * @param refine whether convolutions refine the probability maps ({@code useConvRes}): anomaly score learning
 * @param unitTokens whether tokens are L2-normalised ({@code useNorm})
 * @param alignment which reference patch a patch is compared with ({@code alignMode})
 * @param windows whether images are seen a second time through overlapping windows ({@code winmode})
 * @param windowSize side of a window in patches of the whole image ({@code winsize})
 * @param windowStride patches between neighbouring windows ({@code winstride}); windows must end where the grid ends
 * @param windowGrid side, in patches, that windows are resized to before the network sees them ({@code winZipSize}); the
 *     grid of the whole image does what {@code usewinimgencoder 0} does
 * @param windowBank whether windows are compared with windows of the references ({@code usewinmem}), or with their whole
 *     images
 * @param imageIndex whether each query searches only the reference windows whose image embeddings are nearest to its own
 *     windows' ({@code useImgIdx})
 * @param windowWeight share of the windows in {@link Windows#MERGED} ({@code winwight})
 * @param mapSize side of the pixel map ({@code calImage_size})
 */
public record FdslConfig(
        boolean absolute,
        boolean inputNorm,
        boolean refine,
        boolean unitTokens,
        Alignment alignment,
        Windows windows,
        int windowSize,
        int windowStride,
        int windowGrid,
        boolean windowBank,
        boolean imageIndex,
        float windowWeight,
        int mapSize) {
    /** As the published scripts set them, with windows. */
    public static final FdslConfig PUBLISHED =
            new FdslConfig(true, true, true, true, Alignment.MULMAX, Windows.MERGED, 13, 2, 13, true, false, 0.5f, 240);

    /** Which reference patch a patch is compared with; the same one for both when tokens are normalised. */
    public enum Alignment {
        /** That with the largest dot product. */
        MULMAX,
        /** That at the smallest Euclidean distance. */
        DIFF2
    }

    /** Local-enhanced features: windows of the image, each through the network by itself. */
    public enum Windows {
        /** None ({@code nan}). */
        NONE,
        /** Their scores and those of the whole image, weighted ({@code mul}). */
        MERGED,
        /** Their scores alone ({@code onlywin}). */
        ONLY
    }

    /** Checks the ranges that do not depend on the backbone. */
    public FdslConfig {
        Ranges.atLeast("window size", windowSize, 1);
        Ranges.atLeast("window stride", windowStride, 1);
        Ranges.atLeast("window grid", windowGrid, 1);
        Ranges.atLeast("map size", mapSize, 2);
        Ranges.share("window weight", windowWeight);
        if (imageIndex && !windowBank) {
            throw new InvalidInputException(
                    "image index", "no bank of windows", "one: it chooses among the references' windows");
        }
    }

    /** These settings with other windows. */
    public FdslConfig with(Windows other) {
        return new FdslConfig(
                absolute,
                inputNorm,
                refine,
                unitTokens,
                alignment,
                other,
                windowSize,
                windowStride,
                windowGrid,
                windowBank,
                imageIndex,
                windowWeight,
                mapSize);
    }
}
