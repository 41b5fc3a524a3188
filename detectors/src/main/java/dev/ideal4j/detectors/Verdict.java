package dev.ideal4j.detectors;

/** Whether an image passes. */
public enum Verdict {
    /** The image score is not above the threshold. */
    GOOD,
    /** The image score is above the threshold. */
    ANOMALOUS,
    /** The detector is not calibrated, so that nothing tells a high score from a low one. */
    UNKNOWN
}
