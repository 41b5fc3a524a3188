package dev.ideal4j.eval.evaluate;

import dev.ideal4j.eval.metrics.DeLong;
import dev.ideal4j.eval.metrics.ImageMetrics;
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
 * @param imageAuroc95 95 % confidence interval of the image AUROC, over pictures
 * @param pixel localisation; NaN if a defective picture has no mask
 * @param thresholds thresholds of image scores
 * @param images every scored picture
 * @param skipped pictures left out
 */
public record ProductResult(
        String product,
        long seed,
        List<String> normalReferences,
        List<String> abnormalReferences,
        List<String> referenceTypes,
        ImageMetrics image,
        DeLong.Interval imageAuroc95,
        PixelMetrics pixel,
        ImageThresholds thresholds,
        List<ScoredImage> images,
        List<SkippedImage> skipped) {}
