package dev.ideal4j.eval.evaluate;

/**
 * An image and its score.
 *
 * @param image path of the image, relative to the data set's folder
 * @param type kind of normality or defect
 * @param anomalous whether the image shows a defect
 * @param score image score; higher is more anomalous
 */
public record ScoredImage(String image, String type, boolean anomalous, float score) {}
