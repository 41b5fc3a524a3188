package dev.ideal4j.eval.evaluate;

/**
 * An image that a report shows: a defective image that scored low, or a good image that scored high.
 *
 * @param image the image's path and score
 * @param thumbnail the image, at most 360 pixels a side, as JPEG
 * @param truth the thumbnail with the defect outlined, as JPEG; empty if the image is good or has no mask
 * @param peakInside whether the highest value of its anomaly map lies on a marked pixel; null if no pixel is marked
 * @param heatmap the thumbnail under its anomaly map, as JPEG
 */
public record Exhibit(ScoredImage image, byte[] thumbnail, byte[] truth, Boolean peakInside, byte[] heatmap) {}
