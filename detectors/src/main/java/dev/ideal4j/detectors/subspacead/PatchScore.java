package dev.ideal4j.detectors.subspacead;

/** How SubspaceAD scores a patch by the subspace. */
public enum PatchScore {
    /** The squared length of the residual, which is the part of the patch outside the subspace. */
    RECONSTRUCTION,

    /** The sum of the squared coordinates in the subspace, each divided by its eigenvalue. */
    MAHALANOBIS,

    /** The sum of the squared coordinates in the subspace. */
    EUCLIDEAN,

    /** One minus the cosine between the patch and its reconstruction by the subspace. */
    COSINE
}
