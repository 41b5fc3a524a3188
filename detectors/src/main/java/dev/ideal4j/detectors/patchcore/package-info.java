/** PatchCore: nearest neighbours among a coreset of patches (arXiv 2106.08265). */
package dev.ideal4j.detectors.patchcore;
