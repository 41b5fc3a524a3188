package dev.ideal4j.detectors.onnx;

import dev.ideal4j.backbone.FeatureExtractor;

/** A scorer that can be drawn as a graph. */
public interface GraphScorer {
    /** The backbone of the scorer. */
    FeatureExtractor extractor();

    /**
     * Draws the scoring of one image.
     *
     * @throws dev.ideal4j.core.InvalidInputException if the graph cannot contain one of the settings
     */
    Drawn draw(DetectorGraph graph);

    /**
     * Names of the results in the graph.
     *
     * @param score the image score, one element
     * @param map the map of the network's input, {@code height · width} elements
     * @param margin number of pixels around the map that repeat its border
     */
    record Drawn(String score, String map, int margin) {}
}
