package dev.ideal4j.detectors.ideal;

/** What turns abnormal references into scores when there is no trained encoder. */
enum UntrainedEncoder {
    /** {@link dev.ideal4j.ide.KnownDefects}: no encoder. */
    KNOWN_DEFECTS,
    /** The published encoder with random values. */
    PUBLISHED
}
