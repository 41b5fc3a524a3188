/** Frozen networks that turn pictures into patch features. */
package dev.ideal4j.backbone;
