package dev.ideal4j.detectors;

import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.image.Mask;
import org.jspecify.annotations.Nullable;

/**
 * How a detector is fitted.
 *
 * @param maxFalseAlarms α, the share of good images that may be rejected, above 0 and below 1; NaN for no calibration.
 *     Without calibration and threshold, verdicts are {@link Verdict#UNKNOWN}.
 * @param threshold threshold of image scores, used instead of the one that follows from α; NaN for none
 * @param region the pixels that count in all images, or null for all. It is resized to each image.
 * @param listener told of the progress of the calibration, and of the training if the method trains in its fit
 */
public record FitOptions(
        double maxFalseAlarms, double threshold, @Nullable Mask region, TrainingListener listener) {
    /** Calibration with 5 % of false alarms. */
    public static final FitOptions DEFAULT = new FitOptions(0.05, Double.NaN, null, TrainingListener.NONE);

    /** No calibration. */
    public static final FitOptions UNCALIBRATED = new FitOptions(Double.NaN, Double.NaN, null, TrainingListener.NONE);

    /** Checks the ranges. */
    public FitOptions {
        if (!Double.isNaN(maxFalseAlarms) && !(maxFalseAlarms > 0 && maxFalseAlarms < 1)) {
            throw new InvalidInputException(
                    "false-alarm rate", Double.toString(maxFalseAlarms), "above 0 and below 1 (100 %)");
        }
        if (Double.isInfinite(threshold)) {
            throw new InvalidInputException("threshold", Double.toString(threshold), "a finite number");
        }
        if (region != null && region.isEmpty()) {
            throw new InvalidInputException("region of interest", "no pixel", "one or more pixels that count");
        }
    }

    /** Returns these options with another rate of false alarms. */
    public FitOptions withMaxFalseAlarms(double rate) {
        return new FitOptions(rate, threshold, region, listener);
    }

    /** Returns these options with a threshold of image scores. */
    public FitOptions withThreshold(double score) {
        return new FitOptions(maxFalseAlarms, score, region, listener);
    }

    /** Returns these options with a region of interest. */
    public FitOptions withRegion(@Nullable Mask mask) {
        return new FitOptions(maxFalseAlarms, threshold, mask, listener);
    }

    /** Returns these options with a listener. */
    public FitOptions withListener(TrainingListener other) {
        return new FitOptions(maxFalseAlarms, threshold, region, other);
    }
}
