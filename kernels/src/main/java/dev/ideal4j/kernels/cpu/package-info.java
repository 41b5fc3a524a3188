/**
 * The CPU backend: every operation written once over the small seam of {@link dev.ideal4j.kernels.cpu.loops.InnerLoops}, which
 * has two implementations: plain Java loops, and the Vector API in {@code dev.ideal4j.kernels.cpu.vector}, which nothing
 * here names but {@link dev.ideal4j.kernels.cpu.loops.VectorSupport}, by reflection.
 */
package dev.ideal4j.kernels.cpu;
