package dev.ideal4j.detectors.patchcore;

/** The two public implementations of PatchCore, which differ. */
public enum PatchCoreVariant {
    /** That of the library anomalib: averaged neighbourhoods, re-weighted image score. */
    ANOMALIB,

    /** That of the authors: neighbourhoods reduced by adaptive pooling, squared distances, the largest is the image score. */
    AUTHORS
}
