/** Images, masks and anomaly maps on the host: reading, resizing as Pillow does it, drawing heatmaps. */
@NullMarked
package dev.ideal4j.core.image;

import org.jspecify.annotations.NullMarked;
