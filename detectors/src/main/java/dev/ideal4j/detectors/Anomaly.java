package dev.ideal4j.detectors;

import dev.ideal4j.core.image.ScoreMap;

/**
 * How anomalous a picture is, and where.
 *
 * @param score image score, higher is more anomalous; raw, in the method's own scale ([0, 1] for IDEAL)
 * @param map pixel scores at the network's input size, smoothed
 * @param patches the raw patch scores, a value per patch of the grid
 */
public record Anomaly(float score, ScoreMap map, ScoreMap patches) {}
