package dev.ideal4j.kernels.cuda;

import dev.ideal4j.kernels.gpu.runtime.GpuBuffer;
import java.util.List;
import java.util.function.ToIntFunction;
import jcuda.driver.CUstream;

/**
 * A command with its arguments, which can be given to any stream.
 *
 * @param call name for messages
 * @param onStream gives the command and returns the driver's status
 * @param used memory that the command uses
 */
record CudaCommand(String call, ToIntFunction<CUstream> onStream, List<GpuBuffer> used) {
    /** Gives the command to a stream. Throws {@link Cuda.Failure}. */
    void give(CUstream stream) {
        Cuda.call(call, () -> onStream.applyAsInt(stream));
    }
}
