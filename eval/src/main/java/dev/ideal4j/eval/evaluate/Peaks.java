package dev.ideal4j.eval.evaluate;

/**
 * How often the highest value of an anomaly map lies on the defect, over the images whose mask marks a pixel.
 *
 * @param inside number of images whose highest value lies on a marked pixel
 * @param of number of all these images
 */
public record Peaks(int inside, int of) {}
