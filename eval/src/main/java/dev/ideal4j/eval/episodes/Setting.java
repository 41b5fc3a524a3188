package dev.ideal4j.eval.episodes;

/** The settings of the test protocol: which defective images are scored. */
public enum Setting {
    /** All defective images except the references. */
    GENERAL,
    /** Defective images whose type of defect no reference shows. */
    HARD
}
