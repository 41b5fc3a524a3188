/** Frozen networks that turn images into patch features. */
package dev.ideal4j.backbone;
