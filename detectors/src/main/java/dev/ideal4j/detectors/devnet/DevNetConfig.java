package dev.ideal4j.detectors.devnet;

import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.detectors.common.Ranges;

/**
 * Settings of DevNet that affect its scores.
 *
 * @param imageSize side in pixels of the square that images are resized to, 32 or more
 * @param scales number of sizes at which images are scored, each half of the one before; the scores are averaged
 * @param topFraction share of the patches with the largest absolute scores, at least one, whose mean absolute score is the
 *     score of a scale; 0 for the mean of all signed scores
 * @param smoothing standard deviation in pixels of the Gaussian that smooths the map; 0 for none
 */
public record DevNetConfig(int imageSize, int scales, double topFraction, float smoothing) {
    /** The published settings: 448 pixels, two scales, the top 10 %, σ = 4. */
    public static final DevNetConfig PUBLISHED = new DevNetConfig(448, 2, 0.1, 4);

    private static final int LEAST_SIDE = 32;
    private static final int LARGEST_SIDE = 1 << 13;

    /** Checks the ranges. */
    public DevNetConfig {
        if (imageSize < LEAST_SIDE || imageSize > LARGEST_SIDE) {
            throw new InvalidInputException(
                    "image size", Integer.toString(imageSize), LEAST_SIDE + " to " + LARGEST_SIDE + " pixels");
        }
        if (scales < 1 || scales > Integer.SIZE || imageSize >> (scales - 1) < 1) {
            throw new InvalidInputException(
                    "scales", Integer.toString(scales), "1 or more, as long as a pixel of " + imageSize + " is left");
        }
        Ranges.share("top fraction", topFraction);
        Ranges.smoothing(smoothing);
    }

    /** Returns these settings with another image size. */
    public DevNetConfig withImageSize(int pixels) {
        return new DevNetConfig(pixels, scales, topFraction, smoothing);
    }

    /** Number of patches whose mean is the score of a scale. */
    int topPatches(int patches) {
        return topFraction == 0 ? patches : Math.max(1, (int) (patches * topFraction));
    }
}
