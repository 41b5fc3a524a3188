package dev.ideal4j.eval.evaluate;

/**
 * A picture worth looking at: a defect that scored low, or a good part that scored high.
 *
 * @param image the picture's path and score
 * @param picture itself, small, as JPEG
 * @param truth itself with the defect outlined, as JPEG; empty if it is normal or its defect was never marked
 * @param peakInside whether the highest value of its anomaly map lies on a marked pixel; null if none is marked
 * @param heatmap itself under its anomaly map, as JPEG
 */
public record Exhibit(ScoredImage image, byte[] picture, byte[] truth, Boolean peakInside, byte[] heatmap) {}
