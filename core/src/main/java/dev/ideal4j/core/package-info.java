/** Tensors, their memory, and the interface {@link dev.ideal4j.core.Backend} between algorithms and devices. */
@NullMarked
package dev.ideal4j.core;

import org.jspecify.annotations.NullMarked;
