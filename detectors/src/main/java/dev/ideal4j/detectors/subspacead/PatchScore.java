package dev.ideal4j.detectors.subspacead;

/** What SubspaceAD makes of a patch and the subspace. */
public enum PatchScore {
    /** The squared length of what the subspace cannot reproduce. */
    RECONSTRUCTION,

    /** The squared coordinates in the subspace, each over its eigenvalue. */
    MAHALANOBIS,

    /** The squared coordinates in the subspace. */
    EUCLIDEAN,

    /** One minus the cosine of the patch and what the subspace reproduces of it. */
    COSINE
}
