/**
 * The GPU backend: the host side of every operation, written once for OpenCL and CUDA over
 * {@link dev.ideal4j.kernels.gpu.runtime.GpuRuntime}, and the kernels, written once in the dialect of {@code prelude.kc}.
 *
 * <h2>Adding an operation</h2>
 *
 * <ol>
 *   <li>Write its kernel into the family's {@code .kc} file in the resources of this package, beside its kin; the
 *       prelude's opening comment explains the dialect. A file opens with what it does, the idea, and what was measured.
 *   <li>Write the method in the class of the family, {@code GpuActivations} for {@code Activations}: usually a
 *       single launch, with the arguments in the kernel's order. The family has checked the arguments:
 *       <pre>{@code
 * kernels.launch("softmax").in(x).out(out).with(x.shape().last()).rows(x.shape().rows());
 * }</pre>
 *       Scratch memory comes from a scope of its own, closed at once: commands run in the order they were given, so the
 *       memory is reused only after they have read it. Numbers that the operation itself brings (weights of a blur)
 * are a {@code constant} of the backend: what it copies from the host cannot be recorded.
 *   <li>Its row in the conformance test exists as soon as the reference has it.
 * </ol>
 *
 * <p>Rules: sums in an order that depends on shapes alone (no float atomics); an output may be an input only where the
 * interface says so; a kernel works for any size, 0 included (a launch over nothing is left out). Where a processor
 * needs another algorithm than a GPU (products, attention), the file's name says which it is for, and the tests run both
 * through PoCL: {@code -Dideal4j.opencl.groups=256} makes it behave as a GPU.
 *
 * <p>Gradients and what else only training needs have kernel files of their own, {@code FAMILY-gradients.kc}.
 */
package dev.ideal4j.kernels.gpu;
