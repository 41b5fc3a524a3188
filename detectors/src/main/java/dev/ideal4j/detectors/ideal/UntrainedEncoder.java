package dev.ideal4j.detectors.ideal;

/** Ways to use abnormal references without a trained encoder. */
enum UntrainedEncoder {
    /** No encoder; see {@link dev.ideal4j.ide.KnownDefects}. */
    KNOWN_DEFECTS,
    /** The published encoder with random weights. */
    PUBLISHED
}
