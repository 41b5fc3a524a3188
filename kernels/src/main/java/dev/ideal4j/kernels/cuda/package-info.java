/**
 * CUDA through JCuda's binding of the driver, as a runtime of the GPU backend, and the kernels that exist only for
 * CUDA. JCuda is an optional dependency. Without JCuda, or without NVIDIA's driver, the provider states the reason and
 * nothing else changes. No CUDA toolkit is needed.
 *
 * <p>This code has not run on a GPU yet. The kernels run in emulation on the CPU, and the host side runs over an
 * emulated driver.
 */
package dev.ideal4j.kernels.cuda;
