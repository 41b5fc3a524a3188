package dev.ideal4j.eval.data;

/**
 * A picture of a data set and what is known of it. Paths are relative to the data set's folder, with forward slashes.
 *
 * @param image path of the picture
 * @param mask path of its mask; empty if normal, or if where the defect is was never marked
 * @param product what is pictured: {@code bottle}
 * @param type kind of normality or defect: {@code good}, {@code broken_large}; may be empty in VisA's index
 * @param anomalous whether it shows a defect
 */
public record LabeledImage(String image, String mask, String product, String type, boolean anomalous) {}
