/** The device of a GPU backend: buffers, memory, kernels and recordings. OpenCL and CUDA implement these interfaces. */
package dev.ideal4j.kernels.gpu.runtime;
