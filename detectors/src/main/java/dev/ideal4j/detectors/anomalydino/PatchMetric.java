package dev.ideal4j.detectors.anomalydino;

/** The distance of a patch to the nearest rows of AnomalyDINO's memory bank. */
public enum PatchMetric {
    /** The mean of 1 − cosine over the nearest rows. */
    L2_NORMALIZED,

    /** The root of the mean squared Euclidean distance to the nearest rows. */
    L2
}
