/**
 * Reverse-mode differentiation over the backend's operations: a {@link dev.ideal4j.core.grad.Tape} records what is
 * computed and calls each operation's gradient on the way back, freeing memory as it goes. What runs forward on a device
 * trains on it. The functions mirror the operation families of {@code dev.ideal4j.core.ops}.
 */
package dev.ideal4j.core.grad;
