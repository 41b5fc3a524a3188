package dev.ideal4j.eval.evaluate;

import dev.ideal4j.eval.metrics.SampleRanking;
import dev.ideal4j.eval.metrics.Thresholds;

/**
 * Image scores from which on an image may be called anomalous; NaN where there are no images to find one by. Chosen on the
 * scored images themselves, so they flatter: on a line, choose on images set aside.
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
