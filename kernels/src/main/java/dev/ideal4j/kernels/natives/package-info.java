/** Finding and loading native libraries without noise, crashes or shared temporary files. */
package dev.ideal4j.kernels.natives;
