package dev.ideal4j.detectors;

import dev.ideal4j.core.InvalidInputException;

/**
 * Turns the scores of one product into decisions.
 *
 * @param image threshold of image scores
 * @param pixel threshold of map values
 * @param spread distance of image scores below the threshold at which the calibrated score is ¼, above 0
 */
public record DecisionRule(Threshold image, Threshold pixel, double spread) {
    /** The share of the distance between the median good score and the threshold that is one spread. */
    private static final double SHARE = 0.5;

    /** Checks the spread. */
    public DecisionRule {
        if (!(spread > 0 && spread < Double.POSITIVE_INFINITY)) {
            throw new InvalidInputException("spread", Double.toString(spread), "a number above 0");
        }
    }

    /**
     * The rule that a calibration gives.
     *
     * @param maxFalseAlarms α, above 0 and below 1
     */
    public static DecisionRule of(Calibration calibration, double maxFalseAlarms) {
        return of(calibration, calibration.imageThreshold(maxFalseAlarms), calibration.pixelThreshold(maxFalseAlarms));
    }

    /** As {@link #of(Calibration, double)}, with thresholds of one's own. */
    public static DecisionRule of(Calibration calibration, Threshold image, Threshold pixel) {
        double[] sorted = calibration.good().stream()
                .mapToDouble(Calibration.Scores::image)
                .sorted()
                .toArray();
        double distance = SHARE * Math.abs(image.value() - sorted[sorted.length / 2]);
        double least = 1e-6 * Math.max(1, Math.abs(image.value()));
        return new DecisionRule(image, pixel, Math.max(distance, least));
    }

    /** Good, or anomalous above the threshold. */
    public Verdict verdict(float score) {
        return score > image.value() ? Verdict.ANOMALOUS : Verdict.GOOD;
    }

    /**
     * An image score on a scale that all products and methods share: 0 to 1, rising with the score, ½ at the threshold; the
     * same for an image whatever else is scored.
     */
    public double calibrated(float score) {
        return 1 / (1 + Math.pow(3, (image.value() - score) / spread));
    }
}
