package dev.ideal4j.detectors.visionad;

/** When VisionAD, fitted to several products, finds out which one it sees. */
public enum ProductChoice {
    /** Never: it is fitted to one product at a time. */
    NONE,

    /** For each image, as the paper says. */
    QUERY,

    /** Once for all images of a folder, by the first, as the published program does. */
    FIRST
}
