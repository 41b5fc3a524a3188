/**
 * Few-shot anomaly detectors: fit to a few references, then score images. This package is what users and authors of methods
 * see; it knows no method. {@code common} is what methods share, {@code training} trains their parameters, and each method
 * has a package of its own. No package depends on a later one of these.
 */
package dev.ideal4j.detectors;
