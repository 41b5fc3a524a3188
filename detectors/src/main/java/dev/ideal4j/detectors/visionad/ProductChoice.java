package dev.ideal4j.detectors.visionad;

/** When VisionAD recognises the product of an image, if it can be fitted to several products. */
public enum ProductChoice {
    /** Never. The detector is fitted to one product at a time. */
    NONE,

    /** For each image, as in the paper. */
    QUERY,

    /** Once for all images of a folder, from the first image, as in the published program. */
    FIRST
}
