package dev.ideal4j.detectors.patchcore;

/** The two public implementations of PatchCore, which give different scores. */
public enum PatchCoreVariant {
    /** The library anomalib: neighbourhoods are averaged, and the image score is re-weighted. */
    ANOMALIB,

    /**
     * The authors' program: neighbourhoods are reduced by adaptive pooling, distances are squared, and the image score is the
     * largest patch score.
     */
    AUTHORS
}
