package dev.ideal4j.eval.evaluate;

import dev.ideal4j.eval.metrics.Curves;
import java.util.List;

/**
 * A product's results, and the curves and images that a report shows.
 *
 * @param result the results
 * @param imageCurves curves of detection
 * @param pixelCurves curves of localisation; empty if a defective image has no mask
 * @param misses the defective images with the lowest scores, the lowest first
 * @param falseAlarms the good images with the highest scores, the highest first
 */
public record ProductDetail(
        ProductResult result,
        Curves imageCurves,
        Curves pixelCurves,
        List<Exhibit> misses,
        List<Exhibit> falseAlarms) {}
