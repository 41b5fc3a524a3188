/** The kinds of backbones that this library opens by name. */
package dev.ideal4j.backbone.kinds;
