/** SubspaceAD: the residual of a patch with respect to a principal subspace of normal patches (arXiv 2602.23013). */
package dev.ideal4j.detectors.subspacead;
