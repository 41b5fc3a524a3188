/** The other operations of the CPU, a class for each family. */
package dev.ideal4j.kernels.cpu.ops;
