package dev.ideal4j.kernels.cuda;

import dev.ideal4j.core.DeviceException;
import dev.ideal4j.core.Ideal4jException;
import dev.ideal4j.core.OutOfDeviceMemoryException;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;
import jcuda.CudaException;
import jcuda.driver.CUresult;

/** Calls of the CUDA driver that check the returned status. */
final class Cuda {
    private Cuda() {}

    /** A call that failed. */
    static final class Failure extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private final int status;
        /** The requested bytes; 0 if the call does not state how many it needs. */
        private final long bytes;

        Failure(String call, int status, long bytes) {
            super(call + ": " + CUresult.stringFor(status));
            this.status = status;
            this.bytes = bytes;
        }

        Failure(String call, int status) {
            this(call, status, 0);
        }

        /**
         * Returns whether nothing can run on the device in this process any more, according to the driver's manual for
         * each status.
         */
        boolean isFinal() {
            return switch (status) {
                case CUresult.CUDA_ERROR_ECC_UNCORRECTABLE,
                        CUresult.CUDA_ERROR_ILLEGAL_ADDRESS,
                        CUresult.CUDA_ERROR_LAUNCH_TIMEOUT,
                        CUresult.CUDA_ERROR_CONTEXT_IS_DESTROYED,
                        CUresult.CUDA_ERROR_ASSERT,
                        CUresult.CUDA_ERROR_HARDWARE_STACK_ERROR,
                        CUresult.CUDA_ERROR_ILLEGAL_INSTRUCTION,
                        CUresult.CUDA_ERROR_MISALIGNED_ADDRESS,
                        CUresult.CUDA_ERROR_INVALID_ADDRESS_SPACE,
                        CUresult.CUDA_ERROR_INVALID_PC,
                        CUresult.CUDA_ERROR_LAUNCH_FAILED -> true;
                default -> false;
            };
        }

        /**
         * Converts this failure to the exception of a backend.
         *
         * @param free returns the free bytes of the device
         */
        Ideal4jException toException(String device, LongSupplier free) {
            boolean isShortage = status == CUresult.CUDA_ERROR_OUT_OF_MEMORY && bytes > 0;
            return isShortage
                    ? new OutOfDeviceMemoryException(device, bytes, free.getAsLong())
                    : toDeviceException(device);
        }

        private DeviceException toDeviceException(String device) {
            String advice = isFinal() ? "; the device is lost to this process" : "";
            return new DeviceException(device, "CUDA failed in " + getMessage() + advice);
        }
    }

    /** Makes a call that returns its status. Throws {@link Failure}. */
    static void call(String name, IntSupplier call) {
        call(name, 0, call);
    }

    /** Same as {@link #call(String, IntSupplier)}, for a call that allocates memory. */
    static void call(String name, long bytes, IntSupplier call) {
        int status;
        try {
            status = call.getAsInt();
        } catch (CudaException e) { // if an application has told JCuda to throw exceptions
            throw new Failure(name + " (" + e.getMessage() + ")", CUresult.CUDA_ERROR_UNKNOWN);
        }
        if (status != CUresult.CUDA_SUCCESS) {
            throw new Failure(name, status, bytes);
        }
    }

    /** Makes a call that writes one number, and returns the number. */
    static int number(String name, java.util.function.ToIntFunction<int[]> call) {
        int[] value = new int[1];
        call(name, () -> call.applyAsInt(value));
        return value[0];
    }
}
