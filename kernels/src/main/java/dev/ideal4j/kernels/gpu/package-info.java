/**
 * The GPU backend. It consists of the host side of every operation, written once for OpenCL and CUDA over
 * {@link dev.ideal4j.kernels.gpu.runtime.GpuRuntime}, and of the kernels, written once in the dialect of
 * {@code prelude.kc}.
 *
 * <h2>Adding an operation</h2>
 *
 * <ol>
 *   <li>Write its kernel into the family's {@code .kc} file in the resources of this package, beside similar kernels. The
 *       opening comment of the prelude explains the dialect. A file opens with its purpose, the idea, and the measurements.
 *   <li>Write the method in the class of the family, for instance {@code GpuActivations} for {@code Activations}. It is
 *       usually a single launch, with the arguments in the kernel's order. The family has checked the arguments:
 *       <pre>{@code
 * kernels.launch("softmax").in(x).out(out).with(x.shape().last()).rows(x.shape().rows());
 * }</pre>
 *       Scratch memory comes from its own scope, which is closed immediately. Commands run in the order in which they were
 *       given, so the memory is reused only after they have read it. Numbers that the operation itself provides (the
 *       weights of a blur) are a {@code constant} of the backend, because a copy from the host cannot be recorded.
 *   <li>The conformance test has a row for the operation as soon as the reference backend has the operation.
 * </ol>
 *
 * <p>Rules: The order of a sum depends only on shapes (no float atomics). An output may be an input only where the
 * interface says so. A kernel works for any size, including 0 (a launch of zero work-groups is omitted). Where a CPU needs
 * another algorithm than a GPU (matrix products, attention), the file's name says which device it is for. The tests run
 * both through PoCL: {@code -Dideal4j.opencl.groups=256} makes it behave as a GPU.
 *
 * <p>Gradients and other kernels that only training needs have their own files, {@code FAMILY-gradients.kc}.
 */
package dev.ideal4j.kernels.gpu;
