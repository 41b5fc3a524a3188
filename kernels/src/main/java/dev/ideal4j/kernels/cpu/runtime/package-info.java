/** Threads, scratch memory and arrays, which all operations of the CPU share. */
package dev.ideal4j.kernels.cpu.runtime;
