/** Attention, and transformer blocks as one pass. */
package dev.ideal4j.kernels.cpu.transformer;
