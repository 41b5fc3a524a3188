/** Frozen networks that compute patch features of images. */
package dev.ideal4j.backbone;
