package dev.ideal4j.eval.evaluate;

/**
 * Where the highest value of an anomaly map lies, over the defective images whose mask marks a pixel.
 *
 * @param inside images whose highest value lies on a marked pixel
 * @param of how many images there are
 */
public record Peaks(int inside, int of) {}
