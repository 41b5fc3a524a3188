/**
 * Few-shot anomaly detectors: fit to a few references, then score images. This package is the interface for users and for
 * authors of methods, and contains no method. The package {@code common} has code that methods share, the package
 * {@code training} trains their parameters, and each method has its own package. No package depends on one that is named
 * later in this list.
 */
@NullMarked
package dev.ideal4j.detectors;

import org.jspecify.annotations.NullMarked;
