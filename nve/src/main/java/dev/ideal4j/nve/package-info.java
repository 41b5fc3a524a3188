/** Normal Variation Eraser: computes the deviation of patch features from normality. */
package dev.ideal4j.nve;
