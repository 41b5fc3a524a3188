package dev.ideal4j.eval.evaluate;

/**
 * A picture and its score.
 *
 * @param image its path, relative to the data set's folder
 * @param type kind of normality or defect
 * @param anomalous whether it shows a defect
 * @param score image score, higher is more anomalous
 */
public record ScoredImage(String image, String type, boolean anomalous, float score) {}
