package dev.ideal4j.kernels.cuda;

import dev.ideal4j.core.DeviceException;
import java.util.function.IntSupplier;
import jcuda.CudaException;
import jcuda.driver.CUresult;

/** Calls of the CUDA driver with their status checked. */
final class Cuda {
    private Cuda() {}

    /** A call that failed. */
    static final class Failure extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private final int status;

        Failure(String call, int status) {
            super(call + ": " + CUresult.stringFor(status));
            this.status = status;
        }

        /** Whether memory was short. */
        boolean isShortage() {
            return status == CUresult.CUDA_ERROR_OUT_OF_MEMORY;
        }

        /** Whether nothing can run on the device in this process any more. */
        boolean isFinal() {
            return status >= CUresult.CUDA_ERROR_ILLEGAL_ADDRESS
                            && status <= CUresult.CUDA_ERROR_LAUNCH_FAILED
                            && status != CUresult.CUDA_ERROR_LAUNCH_OUT_OF_RESOURCES
                    || status == CUresult.CUDA_ERROR_ECC_UNCORRECTABLE;
        }

        DeviceException toDeviceException(String device) {
            String advice = isFinal() ? "; the device is lost to this process" : "";
            return new DeviceException(device, "CUDA failed in " + getMessage() + advice);
        }
    }

    /** A call that returns its status. */
    static void call(String name, IntSupplier call) {
        int status;
        try {
            status = call.getAsInt();
        } catch (CudaException e) { // where an application has told JCuda to throw
            throw new Failure(name + " (" + e.getMessage() + ")", CUresult.CUDA_ERROR_UNKNOWN);
        }
        if (status != CUresult.CUDA_SUCCESS) {
            throw new Failure(name, status);
        }
    }

    /** A call that writes one number. */
    static int number(String name, java.util.function.ToIntFunction<int[]> call) {
        int[] value = new int[1];
        call(name, () -> call.applyAsInt(value));
        return value[0];
    }
}
