/** SubspaceAD: what a principal subspace of normal patches cannot reproduce (arXiv 2602.23013). */
package dev.ideal4j.detectors.subspacead;
