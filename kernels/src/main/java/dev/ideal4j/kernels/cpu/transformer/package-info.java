/** Attention, and a pass through whole transformer blocks. */
package dev.ideal4j.kernels.cpu.transformer;
