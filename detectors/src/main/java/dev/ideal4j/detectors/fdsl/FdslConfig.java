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
 * @param alignment how the reference patch is chosen that a patch is compared with ({@code alignMode})
 * @param windows whether images are also processed in overlapping windows ({@code winmode})
 * @param windowSize side of a window in patches of the whole image ({@code winsize})
 * @param windowStride patches between neighbouring windows ({@code winstride}); windows must end where the grid ends
 * @param windowGrid side, in patches, to which windows are resized for the network ({@code winZipSize}); the side of the
 *     whole image's grid corresponds to {@code usewinimgencoder 0}
 * @param windowBank whether windows are compared with windows of the references ({@code usewinmem}); otherwise they are
 *     compared with the whole references
 * @param imageIndex whether each query searches only the reference windows whose image embeddings are nearest to the
 *     embeddings of its own windows ({@code useImgIdx})
 * @param windowWeight weight of the windows in {@link Windows#MERGED} ({@code winwight})
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
    /** The settings of the published scripts with windows. */
    public static final FdslConfig PUBLISHED =
            new FdslConfig(true, true, true, true, Alignment.MULMAX, Windows.MERGED, 13, 2, 13, true, false, 0.5f, 240);

    /** How the reference patch is chosen. If tokens are normalised, both ways choose the same patch. */
    public enum Alignment {
        /** The patch with the largest dot product. */
        MULMAX,
        /** The patch at the smallest Euclidean distance. */
        DIFF2
    }

    /** Local-enhanced features: windows of the image that run through the network one by one. */
    public enum Windows {
        /** No windows ({@code nan}). */
        NONE,
        /** The weighted mean of the windows' scores and the scores of the whole image ({@code mul}). */
        MERGED,
        /** The windows' scores alone ({@code onlywin}). */
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

    /** Returns these settings with another use of windows. */
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
