/**
 * CUDA through JCuda's binding of the driver, as a runtime of the GPU backend, and the kernels for CUDA alone. JCuda is an
 * optional dependency: without it, or without NVIDIA's driver, the provider says so and nothing else changes. No CUDA toolkit
 * is needed.
 *
 * <p>Not yet run on a GPU: the kernels run in emulation on the CPU, the host side compiles.
 */
package dev.ideal4j.kernels.cuda;
