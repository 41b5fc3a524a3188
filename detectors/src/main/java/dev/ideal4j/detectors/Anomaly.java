package dev.ideal4j.detectors;

import dev.ideal4j.core.image.Heatmap;
import dev.ideal4j.core.image.RgbImage;
import dev.ideal4j.core.image.ScoreMap;

/**
 * How anomalous an image is, and where.
 *
 * @param score image score, higher is more anomalous; raw, in the method's own scale ([0, 1] for IDEAL)
 * @param map pixel scores at the network's input size, smoothed
 * @param patches the raw patch scores, a value per patch of the grid
 */
public record Anomaly(float score, ScoreMap map, ScoreMap patches) {
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
