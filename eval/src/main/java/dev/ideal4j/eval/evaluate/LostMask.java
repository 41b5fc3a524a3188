package dev.ideal4j.eval.evaluate;

/**
 * A mask of a defective image that marks no pixel of the image's anomaly map, so that pixel metrics count all pixels of the
 * image as good.
 *
 * @param image the image's path, relative to the data set's folder
 * @param mask the mask's path, relative to the data set's folder
 * @param pixels how many pixels the mask marks at its own size; 0 if it is empty
 */
public record LostMask(String image, String mask, long pixels) {}
