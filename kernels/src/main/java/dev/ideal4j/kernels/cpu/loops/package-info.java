/** The inner loops of the CPU: an interface, plain Java, and the choice between it and the Vector API. */
package dev.ideal4j.kernels.cpu.loops;
