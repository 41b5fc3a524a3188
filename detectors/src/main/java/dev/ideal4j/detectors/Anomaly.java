package dev.ideal4j.detectors;

import dev.ideal4j.core.image.Heatmap;
import dev.ideal4j.core.image.Region;
import dev.ideal4j.core.image.Regions;
import dev.ideal4j.core.image.RgbImage;
import dev.ideal4j.core.image.ScoreMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How anomalous an image is, and where.
 *
 * @param score image score; higher is more anomalous. It is raw, in the method's own scale ([0, 1] for IDEAL).
 * @param map smoothed pixel scores at the network's input size
 * @param patches the raw patch scores, one value per patch of the grid
 * @param heat pixel scores that are comparable between images: the map itself, except for methods that scale each map
 * @param rule the rule that turns scores into decisions; null without calibration and threshold
 */
public record Anomaly(
        float score,
        ScoreMap map,
        ScoreMap patches,
        ScoreMap heat,
        @Nullable DecisionRule rule) {
    /** A result without a decision rule, of a method whose maps are comparable between images. */
    public Anomaly(float score, ScoreMap map, ScoreMap patches) {
        this(score, map, patches, map, null);
    }

    /** This result with a decision rule. */
    Anomaly with(DecisionRule decides) {
        return new Anomaly(score, map, patches, heat, decides);
    }

    /** Good or anomalous; unknown without a decision rule. */
    public Verdict verdict() {
        return rule == null ? Verdict.UNKNOWN : rule.verdict(score);
    }

    /** The image score from 0 to 1, ½ at the threshold, see {@link DecisionRule#calibrated}; NaN without a decision rule. */
    public double calibrated() {
        return rule == null ? Double.NaN : rule.calibrated(score);
    }

    /**
     * The connected regions above the pixel threshold in pixels of the image, ordered by highest score first.
     *
     * @param image the image that was scored
     * @param leastArea smallest area in pixels; smaller regions are left out; 1 for all
     * @return empty without a decision rule
     */
    public List<Region> regions(RgbImage image, int leastArea) {
        return rule == null ? List.of() : regions(heat.resize(image.width(), image.height()), leastArea);
    }

    /** As {@link #regions(RgbImage, int)}, with the {@link #heat} in the image's size. */
    public List<Region> regions(ScoreMap resized, int leastArea) {
        return rule == null
                ? List.of()
                : Regions.above(resized, (float) rule.pixel().value(), leastArea);
    }

    /**
     * The map in colours from its own lowest score (dark) to its own highest score (bright). The colours show where an image
     * is anomalous but not how much. {@link Heatmap} has colours on a scale that images share, and colours over the image.
     */
    public RgbImage heatmap() {
        float min = map.min();
        float max = map.max();
        return Heatmap.colours(map, min, max > min ? max : Math.nextUp(min));
    }
}
