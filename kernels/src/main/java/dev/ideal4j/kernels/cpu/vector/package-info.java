/**
 * The inner loops over the Vector API, compiled apart and loaded by reflection.
 *
 * <p>One rule holds throughout: a vector never crosses a method of ours. Vectors stay in registers only while the JIT
 * compiler inlines every method they pass through, and it declines to inline a helper that it happens to have compiled on
 * its own before; then each accumulator becomes an object per iteration. A tile whose last rows were stored by a helper of
 * three lines ran fifty times slower for that, now and then. So loops are written out, and what they share passes through
 * arrays.
 */
package dev.ideal4j.kernels.cpu.vector;
