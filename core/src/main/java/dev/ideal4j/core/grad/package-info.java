/**
 * Reverse-mode differentiation of the backend's operations. A {@link dev.ideal4j.core.grad.Tape} records the
 * computation, calls the gradient of each operation in the backward pass, and frees memory as soon as possible. The
 * functions mirror the operation families of {@code dev.ideal4j.core.ops}.
 */
package dev.ideal4j.core.grad;
