package dev.ideal4j.eval.evaluate;

/**
 * An image that was left out.
 *
 * @param image path of the image, relative to the data set's folder
 * @param reason the reason, such as a damaged file
 */
public record SkippedImage(String image, String reason) {}
