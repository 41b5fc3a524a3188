/** Internal helpers that the modules of this library share. */
package dev.ideal4j.core.support;
