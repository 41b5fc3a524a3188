/** Images, masks and anomaly maps on the host: reading, resizing as Pillow does it, drawing heatmaps. */
package dev.ideal4j.core.image;
