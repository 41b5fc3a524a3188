/** Matrix products: packing into panels, tiles, and the operations on a tile while it is in the cache. */
package dev.ideal4j.kernels.cpu.gemm;
