/** The other operations of the CPU backend, one class for each operation family. */
package dev.ideal4j.kernels.cpu.ops;
