package dev.ideal4j.detectors;

/** Whether an image passes. */
public enum Verdict {
    /** The image score is not above the threshold. */
    GOOD,
    /** The image score is above the threshold. */
    ANOMALOUS,
    /** The detector has no threshold, so that no score can be judged. */
    UNKNOWN
}
