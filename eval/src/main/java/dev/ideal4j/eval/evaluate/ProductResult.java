package dev.ideal4j.eval.evaluate;

import dev.ideal4j.eval.metrics.AurocBootstrap;
import dev.ideal4j.eval.metrics.ImageMetrics;
import dev.ideal4j.eval.metrics.Interval;
import dev.ideal4j.eval.metrics.PixelMetrics;
import java.util.List;

/**
 * A product's results with one seed's references.
 *
 * @param product its name
 * @param seed the seed
 * @param normalReferences files of the normal references
 * @param abnormalReferences files of the defective references
 * @param referenceTypes types of the defective references, as far as known
 * @param image detection
 * @param imageAuroc95 95 % interval of the image AUROC over images, by {@link AurocBootstrap}
 * @param pixel localisation; undefined if a defective image has no mask
 * @param peaks where the highest values of the anomaly maps lie
 * @param thresholds thresholds of image scores
 * @param images every scored picture
 * @param skipped images left out
 * @param lostMasks masks that mark no pixel of their image's anomaly map
 */
public record ProductResult(
        String product,
        long seed,
        List<String> normalReferences,
        List<String> abnormalReferences,
        List<String> referenceTypes,
        ImageMetrics image,
        Interval imageAuroc95,
        PixelMetrics pixel,
        Peaks peaks,
        ImageThresholds thresholds,
        List<ScoredImage> images,
        List<SkippedImage> skipped,
        List<LostMask> lostMasks) {
    /** How many scored images are defective, or are good. */
    public long count(boolean anomalous) {
        return images.stream().filter(image -> image.anomalous() == anomalous).count();
    }

    /** How many defective, or good, images reach a threshold; none reaches NaN. */
    public long flagged(boolean anomalous, double threshold) {
        return images.stream()
                .filter(image -> image.anomalous() == anomalous && image.score() >= threshold)
                .count();
    }

    /** The scores and labels of the scored images. */
    public AurocBootstrap.Sample sample() {
        float[] scores = new float[images.size()];
        boolean[] anomalous = new boolean[scores.length];
        for (int i = 0; i < scores.length; i++) {
            scores[i] = images.get(i).score();
            anomalous[i] = images.get(i).anomalous();
        }
        return new AurocBootstrap.Sample(scores, anomalous);
    }
}
