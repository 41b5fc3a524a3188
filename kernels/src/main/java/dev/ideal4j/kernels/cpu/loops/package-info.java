/**
 * The inner loops of the CPU: the interface, the plain Java loops, and the choice between plain loops and the Vector
 * API.
 */
package dev.ideal4j.kernels.cpu.loops;
