/** Tensors, their memory, and the interface {@link dev.ideal4j.core.Backend} between algorithms and devices. */
package dev.ideal4j.core;
