/** Normal Variation Eraser: from patch features to what deviates from normality. */
package dev.ideal4j.nve;
