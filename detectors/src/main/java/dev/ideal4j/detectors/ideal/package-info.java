/** IDEAL: intrinsic deviation learning (arXiv 2605.23231). */
package dev.ideal4j.detectors.ideal;
