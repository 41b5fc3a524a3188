/**
 * The inner loops on the Vector API, compiled separately and loaded by reflection.
 *
 * <p>An accumulator is never passed to or returned from a helper method. Vectors stay in registers only while the JIT
 * compiler inlines every method that they pass through. It does not inline a helper that it has already compiled on its
 * own, and then each accumulator becomes an object per iteration. A tile whose last rows were stored by a helper of
 * three lines was sometimes fifty times slower for this reason. The loops are therefore written out, and data that they
 * share is passed through arrays.
 */
package dev.ideal4j.kernels.cpu.vector;
