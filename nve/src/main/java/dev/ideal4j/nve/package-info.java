/** Normal Variation Eraser: computes the deviation of patch features from normality. */
@NullMarked
package dev.ideal4j.nve;

import org.jspecify.annotations.NullMarked;
