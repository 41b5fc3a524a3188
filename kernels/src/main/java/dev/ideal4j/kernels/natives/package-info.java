/** Finding and loading native libraries without output, crashes or shared temporary files. */
package dev.ideal4j.kernels.natives;
