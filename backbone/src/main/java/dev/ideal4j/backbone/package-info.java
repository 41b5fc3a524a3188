/** Frozen networks that compute patch features of images. */
@NullMarked
package dev.ideal4j.backbone;

import org.jspecify.annotations.NullMarked;
