package dev.ideal4j.eval.data;

/**
 * An image of a data set, with its label. Paths are relative to the data set's folder, with forward slashes.
 *
 * @param image path of the image
 * @param mask path of its mask; empty if the image is good, or has no mask. In a user's data set it may be a folder of
 *     masks, or a file of labels, which may be those of several images
 * @param product what the image shows, such as {@code bottle}
 * @param type kind of normality or defect: {@code good}, {@code broken_large}; may be empty in VisA's index
 * @param anomalous whether the image shows a defect
 */
public record LabeledImage(String image, String mask, String product, String type, boolean anomalous) {}
