/**
 * The backends. Programs open them by {@link dev.ideal4j.core.Backends}, so nothing is exported.
 *
 * <p>The Vector API, JOCL and JCuda are optional. Without the Vector API the CPU backend runs plain loops, and without JOCL or
 * JCuda there is no OpenCL or CUDA backend. The Vector API's module is not named here, because a compiler warns of each use of an
 * incubator module. {@code VectorSupport} makes this module read it.
 */
@SuppressWarnings("requires-automatic")
module dev.ideal4j.kernels {
    requires dev.ideal4j.core;
    requires ejml.core;
    requires ejml.ddense;
    requires org.slf4j;
    requires static jcublas;
    requires static jcuda;
    requires static jdk.management;
    requires static jocl;

    provides dev.ideal4j.core.BackendProvider with
            dev.ideal4j.kernels.cpu.CpuProvider,
            dev.ideal4j.kernels.cuda.CudaProvider,
            dev.ideal4j.kernels.opencl.OpenClProvider,
            dev.ideal4j.kernels.reference.ReferenceProvider;
}
