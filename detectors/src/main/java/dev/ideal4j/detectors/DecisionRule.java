package dev.ideal4j.detectors;

import dev.ideal4j.core.InvalidInputException;
import java.util.function.ToDoubleFunction;

/**
 * Turns the scores of one product into decisions.
 *
 * @param image threshold of image scores
 * @param pixel threshold of map values
 * @param spread distance of an image score below the threshold at which the calibrated score is ¼, above 0
 * @param heat the colours of heat maps, centred on the pixel threshold
 */
public record DecisionRule(Threshold image, Threshold pixel, double spread, HeatScale heat) {
    /** One spread is this share of the distance between the median score of good images and the threshold. */
    private static final double SHARE = 0.5;

    /** A spread is at least this share of the threshold, so that few references do not make the scale abrupt. */
    private static final double LEAST_SHARE = 0.02;

    /** Half the scale of heat maps is at least this share of the pixel threshold. */
    private static final double LEAST_GLOW = 0.2;

    /** Checks the spread. */
    public DecisionRule {
        if (!(spread > 0 && spread < Double.POSITIVE_INFINITY)) {
            throw new InvalidInputException("spread", Double.toString(spread), "a number above 0");
        }
    }

    /**
     * The rule that follows from a calibration.
     *
     * @param maxFalseAlarms α, above 0 and below 1
     */
    public static DecisionRule of(Calibration calibration, double maxFalseAlarms) {
        return of(calibration, calibration.imageThreshold(maxFalseAlarms), calibration.pixelThreshold(maxFalseAlarms));
    }

    /** As {@link #of(Calibration, double)}, with given thresholds. */
    public static DecisionRule of(Calibration calibration, Threshold image, Threshold pixel) {
        double distance = SHARE * Math.abs(image.value() - median(calibration, Calibration.Scores::image));
        double glow = Math.abs(pixel.value() - median(calibration, Calibration.Scores::peak));
        return of(image, pixel, distance, glow);
    }

    /**
     * The rule of a given threshold, without calibration. The threshold applies to image scores and to pixels.
     *
     * @param threshold of image scores
     */
    public static DecisionRule of(Threshold threshold) {
        return of(threshold, threshold, 0, 0);
    }

    private static DecisionRule of(Threshold image, Threshold pixel, double distance, double glow) {
        double least = Math.max(1e-6, LEAST_SHARE * Math.abs(image.value()));
        float half = (float) Math.max(glow, Math.max(1e-4, LEAST_GLOW * Math.abs(pixel.value())));
        float centre = (float) pixel.value();
        return new DecisionRule(image, pixel, Math.max(distance, least), new HeatScale(centre - half, centre + half));
    }

    private static double median(Calibration calibration, ToDoubleFunction<Calibration.Scores> of) {
        double[] sorted = calibration.good().stream().mapToDouble(of).sorted().toArray();
        return sorted[sorted.length / 2];
    }

    /** Returns anomalous if the image score is above the threshold, otherwise good. */
    public Verdict verdict(float score) {
        return score > image.value() ? Verdict.ANOMALOUS : Verdict.GOOD;
    }

    /**
     * An image score on a scale that all products and methods share: 0 to 1, rising with the score, ½ at the threshold. The
     * value of an image does not depend on other images.
     */
    public double calibrated(float score) {
        return 1 / (1 + Math.pow(3, (image.value() - score) / spread));
    }
}
