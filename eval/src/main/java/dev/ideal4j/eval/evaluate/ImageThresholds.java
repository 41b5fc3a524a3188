package dev.ideal4j.eval.evaluate;

import dev.ideal4j.eval.metrics.SampleRanking;
import dev.ideal4j.eval.metrics.Thresholds;

/**
 * Thresholds of the image score. A threshold is NaN if there are no images to choose it by. The thresholds are chosen on the
 * scored images themselves, so their error rates are too low. For production use, choose a threshold on separate images.
 *
 * @param f1 {@link Thresholds#f1Optimal}; NaN unless there are good and defective images
 * @param falsePositives1 {@link Thresholds#atFalsePositiveRate} of 1 %
 * @param falsePositives5 {@link Thresholds#atFalsePositiveRate} of 5 %
 * @param normal99 {@link Thresholds#normalQuantile} of 0.99
 */
public record ImageThresholds(double f1, double falsePositives1, double falsePositives5, double normal99) {
    static ImageThresholds of(SampleRanking images, float[] normalScores) {
        boolean normal = images.negatives() > 0;
        boolean both = normal && images.positives() > 0;
        return new ImageThresholds(
                both ? Thresholds.f1Optimal(images) : Double.NaN,
                normal ? Thresholds.atFalsePositiveRate(images, 0.01) : Double.NaN,
                normal ? Thresholds.atFalsePositiveRate(images, 0.05) : Double.NaN,
                normal ? Thresholds.normalQuantile(normalScores, 0.99) : Double.NaN);
    }
}
