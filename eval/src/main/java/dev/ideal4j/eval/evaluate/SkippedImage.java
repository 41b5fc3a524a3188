package dev.ideal4j.eval.evaluate;

/**
 * A picture that was left out.
 *
 * @param image its path, relative to the data set's folder
 * @param reason why
 */
public record SkippedImage(String image, String reason) {}
