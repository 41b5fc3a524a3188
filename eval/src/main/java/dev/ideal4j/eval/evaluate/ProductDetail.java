package dev.ideal4j.eval.evaluate;

import dev.ideal4j.eval.metrics.Curves;
import java.util.List;

/**
 * A product's results with what a report shows besides.
 *
 * @param result the results
 * @param imageCurves curves of detection
 * @param pixelCurves curves of localisation; empty if a defective picture has no mask
 * @param misses defective pictures that scored lowest, the worst first
 * @param falseAlarms normal pictures that scored highest, the worst first
 */
public record ProductDetail(
        ProductResult result,
        Curves imageCurves,
        Curves pixelCurves,
        List<Exhibit> misses,
        List<Exhibit> falseAlarms) {}
