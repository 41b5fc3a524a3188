/** Tensors, their memory, and the {@link dev.ideal4j.core.Backend} seam between algorithms and devices. */
package dev.ideal4j.core;
