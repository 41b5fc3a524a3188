/** What people marked on images: files of annotation tools, as masks and kinds of defects. */
package dev.ideal4j.core.image.labels;
