package dev.ideal4j.detectors;

import dev.ideal4j.core.image.Heatmap;
import dev.ideal4j.core.image.Region;
import dev.ideal4j.core.image.Regions;
import dev.ideal4j.core.image.RgbImage;
import dev.ideal4j.core.image.ScoreMap;
import java.util.List;

/**
 * How anomalous an image is, and where.
 *
 * @param score image score, higher is more anomalous; raw, in the method's own scale ([0, 1] for IDEAL)
 * @param map pixel scores at the network's input size, smoothed
 * @param patches the raw patch scores, a value per patch of the grid
 * @param heat the map in values that compare from image to image: the map itself, but for methods that scale each map
 * @param rule what decides on scores; null without calibration
 */
public record Anomaly(float score, ScoreMap map, ScoreMap patches, ScoreMap heat, DecisionRule rule) {
    /** A result that nothing decides on, of a method whose maps compare. */
    public Anomaly(float score, ScoreMap map, ScoreMap patches) {
        this(score, map, patches, map, null);
    }

    /** This, decided on by a rule. */
    Anomaly with(DecisionRule decides) {
        return new Anomaly(score, map, patches, heat, decides);
    }

    /** Good or anomalous; unknown without calibration. */
    public Verdict verdict() {
        return rule == null ? Verdict.UNKNOWN : rule.verdict(score);
    }

    /** The image score from 0 to 1, ½ at the threshold, see {@link DecisionRule#calibrated}; NaN without calibration. */
    public double calibrated() {
        return rule == null ? Double.NaN : rule.calibrated(score);
    }

    /**
     * The connected regions above the pixel threshold, the one with the highest score first, in pixels of the image.
     *
     * @param image the image that was scored
     * @param leastArea regions of fewer pixels are left out; 1 for all
     * @return none without calibration
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
     * The map in colours from its own lowest score, dark, to its highest, bright: it shows where, not how much. For a scale
     * that images share, or colours over the image, see {@link Heatmap}.
     */
    public RgbImage heatmap() {
        float min = map.min();
        float max = map.max();
        return Heatmap.colours(map, min, max > min ? max : Math.nextUp(min));
    }
}
