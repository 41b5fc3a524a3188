package dev.ideal4j.eval.evaluate;

import dev.ideal4j.eval.metrics.SampleRanking;
import dev.ideal4j.eval.metrics.Thresholds;

/**
 * Thresholds of the image score, which flag the images that reach them. A threshold is NaN if there are no images to choose it
 * by. All but the last are chosen on the scored images themselves, so their error rates are too low.
 *
 * @param f1 {@link Thresholds#f1Optimal}; NaN unless there are good and defective images
 * @param falsePositives1 {@link Thresholds#atFalsePositiveRate} of 1 %
 * @param falsePositives5 {@link Thresholds#atFalsePositiveRate} of 5 %
 * @param normal99 {@link Thresholds#normalQuantile} of 0.99
 * @param calibrated the threshold that a fit finds from the references alone; NaN if it was not asked for
 */
public record ImageThresholds(
        double f1, double falsePositives1, double falsePositives5, double normal99, double calibrated) {
    /**
     * The thresholds.
     *
     * @param above the score above which a fitted detector calls an image anomalous, or NaN
     */
    static ImageThresholds of(SampleRanking images, float[] normalScores, double above) {
        boolean normal = images.negatives() > 0;
        boolean both = normal && images.positives() > 0;
        return new ImageThresholds(
                both ? Thresholds.f1Optimal(images) : Double.NaN,
                normal ? Thresholds.atFalsePositiveRate(images, 0.01) : Double.NaN,
                normal ? Thresholds.atFalsePositiveRate(images, 0.05) : Double.NaN,
                normal ? Thresholds.normalQuantile(normalScores, 0.99) : Double.NaN,
                Double.isNaN(above) ? Double.NaN : reachedAbove(above));
    }

    /** The lowest score that lies above a threshold. */
    private static double reachedAbove(double threshold) {
        float nearest = (float) threshold;
        return nearest > threshold ? nearest : Math.nextUp(nearest);
    }
}
