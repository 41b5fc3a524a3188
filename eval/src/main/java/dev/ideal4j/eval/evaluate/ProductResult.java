package dev.ideal4j.eval.evaluate;

import dev.ideal4j.eval.metrics.AurocBootstrap;
import dev.ideal4j.eval.metrics.ImageMetrics;
import dev.ideal4j.eval.metrics.Interval;
import dev.ideal4j.eval.metrics.PixelMetrics;
import java.util.List;

/**
 * The results of a product with the references of a seed.
 *
 * @param product name of the product
 * @param seed seed of the references
 * @param normalReferences files of the normal references
 * @param abnormalReferences files of the anomalous references
 * @param referenceTypes known types of the anomalous references
 * @param image metrics of detection
 * @param imageAuroc95 95 % interval of the image AUROC over images, by {@link AurocBootstrap}
 * @param pixel metrics of localisation; undefined if a defective image has no mask
 * @param peaks how often the highest value of an anomaly map lies on the defect
 * @param thresholds thresholds of image scores
 * @param images all scored images
 * @param skipped the images that were left out
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
    /** The number of scored images that are defective, or that are good. */
    public long count(boolean anomalous) {
        return images.stream().filter(image -> image.anomalous() == anomalous).count();
    }

    /** The number of defective, or good, images whose score reaches a threshold; 0 if the threshold is NaN. */
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
