package dev.ideal4j.eval.episodes;

/** Which defective pictures are scored. */
public enum Setting {
    /** All but the references. */
    GENERAL,
    /** Only types of defect that no reference shows. */
    HARD
}
