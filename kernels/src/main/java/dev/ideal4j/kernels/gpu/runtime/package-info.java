/** The device behind a GPU backend: buffers, memory, kernels, recordings. OpenCL and CUDA implement it. */
package dev.ideal4j.kernels.gpu.runtime;
