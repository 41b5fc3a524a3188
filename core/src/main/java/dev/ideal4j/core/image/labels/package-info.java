/** Labels of images: reads files of annotation tools as masks and defect types. */
package dev.ideal4j.core.image.labels;
