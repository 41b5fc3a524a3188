package dev.ideal4j.detectors.anomalydino;

/** How far AnomalyDINO sees a patch from the rows of the memory bank. */
public enum PatchMetric {
    /** 1 − cosine, the mean over the nearest rows. */
    L2_NORMALIZED,

    /** The root of the mean squared Euclidean distance to the nearest rows. */
    L2
}
