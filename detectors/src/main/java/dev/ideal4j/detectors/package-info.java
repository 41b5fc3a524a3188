/** Few-shot anomaly detectors: fit to a few references, then score pictures. */
package dev.ideal4j.detectors;
