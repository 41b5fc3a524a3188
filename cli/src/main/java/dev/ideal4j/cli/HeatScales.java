package dev.ideal4j.cli;

import dev.ideal4j.core.image.RgbImage;
import dev.ideal4j.core.image.ScoreMap;
import dev.ideal4j.detectors.DetectorMethod;
import dev.ideal4j.detectors.FewShotDetector;
import dev.ideal4j.detectors.FittedDetector;
import dev.ideal4j.detectors.HeatScale;
import dev.ideal4j.detectors.References;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The scale of a product's heat maps. With two or more normal references, each half of them is scored against the other
 * half. Colour begins at the median of their highest values, so that a good part shows little colour. The brightest colour is
 * as far above the median as the median is above the lowest value. The scale is the method's own if there is one normal
 * reference, or if the method trains in its fit.
 */
final class HeatScales {
    /** The least width of a scale, so that slight noise does not get the brightest colour. */
    private static final float LEAST_WIDTH = 0.05f;

    private HeatScales() {}

    static HeatScale of(DetectorMethod method, FewShotDetector detector, References references, PrintWriter err) {
        List<RgbImage> normal = references.normal();
        if (normal.size() < 2 || method.trainsInFit()) {
            return method.heatScale();
        }
        float lowest = Float.POSITIVE_INFINITY;
        List<Float> peaks = new ArrayList<>();
        try (Progress progress = Progress.start(err, "heat-map scale", 0, normal.size(), " references")) {
            for (int half = 0; half < 2; half++) {
                try (FittedDetector fitted = detector.fit(others(references, half))) {
                    for (RgbImage image : half(normal, half)) {
                        ScoreMap map = method.heat(fitted.score(image));
                        lowest = Math.min(lowest, map.min());
                        peaks.add(map.max());
                        progress.step();
                    }
                }
            }
        }
        Collections.sort(peaks);
        float median = peaks.get(peaks.size() / 2);
        return new HeatScale(median, median + Math.max(LEAST_WIDTH, median - lowest));
    }

    /** Every second image, beginning with the first (half 0) or the second (half 1). */
    private static List<RgbImage> half(List<RgbImage> images, int half) {
        return IntStream.range(0, images.size())
                .filter(i -> i % 2 == half)
                .mapToObj(images::get)
                .toList();
    }

    /** The references without one half of the normal references. */
    private static References others(References all, int half) {
        References.Builder others = References.builder().normal(half(all.normal(), 1 - half));
        all.abnormal().forEach(reference -> others.abnormal(reference.image(), reference.mask()));
        return others.build();
    }
}
