/** VisionAD: search among the patches of normal references (arXiv 2504.11895). */
package dev.ideal4j.detectors.visionad;
