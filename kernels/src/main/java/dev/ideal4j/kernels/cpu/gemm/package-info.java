/** Matrix products: packing into panels, tiles, what is done to a tile while it is in the cache. */
package dev.ideal4j.kernels.cpu.gemm;
