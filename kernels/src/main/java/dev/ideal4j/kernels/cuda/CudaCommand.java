package dev.ideal4j.kernels.cuda;

import dev.ideal4j.kernels.gpu.runtime.GpuBuffer;
import java.util.List;
import java.util.function.ToIntFunction;
import jcuda.driver.CUstream;

/**
 * A command with its arguments, for any stream.
 *
 * @param call for messages
 * @param onStream gives it and returns the driver's status
 * @param used memory that it uses
 */
record CudaCommand(String call, ToIntFunction<CUstream> onStream, List<GpuBuffer> used) {
    /** Throws {@link Cuda.Failure}. */
    void give(CUstream stream) {
        Cuda.call(call, () -> onStream.applyAsInt(stream));
    }
}
