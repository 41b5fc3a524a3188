package dev.ideal4j.eval.evaluate;

import dev.ideal4j.eval.metrics.SampleRanking;
import dev.ideal4j.eval.metrics.Thresholds;

/**
 * Image scores from which on a picture may be called anomalous; NaN where there are no pictures to find one by. Chosen on
 * the scored pictures themselves, so they flatter: on a line, choose on pictures set aside.
 *
 * @param f1 {@link Thresholds#f1Optimal}
 * @param falsePositives1 {@link Thresholds#atFalsePositiveRate} of 1 %
 * @param falsePositives5 {@link Thresholds#atFalsePositiveRate} of 5 %
 * @param normal99 {@link Thresholds#normalQuantile} of 0.99
 */
public record ImageThresholds(double f1, double falsePositives1, double falsePositives5, double normal99) {
    static ImageThresholds of(SampleRanking images, float[] normalScores) {
        boolean normal = normalScores.length > 0;
        return new ImageThresholds(
                images.positives() > 0 ? Thresholds.f1Optimal(images) : Double.NaN,
                normal ? Thresholds.atFalsePositiveRate(images, 0.01) : Double.NaN,
                normal ? Thresholds.atFalsePositiveRate(images, 0.05) : Double.NaN,
                normal ? Thresholds.normalQuantile(normalScores, 0.99) : Double.NaN);
    }
}
