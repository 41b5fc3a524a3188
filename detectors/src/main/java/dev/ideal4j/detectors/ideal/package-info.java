/** IDEAL: intrinsic deviation learning (arXiv 2605.23231). */
@NullMarked
package dev.ideal4j.detectors.ideal;

import org.jspecify.annotations.NullMarked;
