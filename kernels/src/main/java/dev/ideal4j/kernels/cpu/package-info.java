/**
 * The CPU backend. Every operation is written once over the small interface
 * {@link dev.ideal4j.kernels.cpu.loops.InnerLoops}, which has two implementations: plain Java loops, and the Vector API
 * in {@code dev.ideal4j.kernels.cpu.vector}. Only {@link dev.ideal4j.kernels.cpu.loops.VectorSupport} names the latter,
 * by reflection.
 */
package dev.ideal4j.kernels.cpu;
