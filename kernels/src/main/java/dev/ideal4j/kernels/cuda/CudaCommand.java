package dev.ideal4j.kernels.cuda;

import java.util.function.ToIntFunction;
import jcuda.driver.CUstream;

/**
 * A command with its arguments, for any stream.
 *
 * @param call for messages
 * @param onStream gives it and returns the driver's status
 */
record CudaCommand(String call, ToIntFunction<CUstream> onStream) {
    /** Throws {@link Cuda.Failure}. */
    void give(CUstream stream) {
        Cuda.call(call, () -> onStream.applyAsInt(stream));
    }
}
