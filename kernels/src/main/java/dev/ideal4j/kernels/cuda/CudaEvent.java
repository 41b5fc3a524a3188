package dev.ideal4j.kernels.cuda;

import static jcuda.driver.JCudaDriver.cuEventCreate;
import static jcuda.driver.JCudaDriver.cuEventDestroy;
import static jcuda.driver.JCudaDriver.cuEventElapsedTime;
import static jcuda.driver.JCudaDriver.cuEventQuery;
import static jcuda.driver.JCudaDriver.cuEventRecord;
import static jcuda.driver.JCudaDriver.cuEventSynchronize;
import static jcuda.driver.JCudaDriver.cuStreamWaitEvent;

import dev.ideal4j.kernels.gpu.runtime.GpuEvent;
import dev.ideal4j.kernels.gpu.runtime.InterruptibleWait;
import jcuda.driver.CUevent;
import jcuda.driver.CUresult;
import jcuda.driver.CUstream;

/**
 * A point in a stream. An event that was never recorded counts as finished. The caller must have made the context
 * current. All methods throw {@link Cuda.Failure}.
 */
final class CudaEvent implements GpuEvent {
    private final CUevent handle = new CUevent();
    private boolean closed;

    /**
     * Creates an event that is not recorded yet.
     *
     * @param flags flags of {@link jcuda.driver.CUevent_flags}
     */
    CudaEvent(int flags) {
        Cuda.call("cuEventCreate", () -> cuEventCreate(handle, flags));
    }

    /** Moves this event to the end of the commands given to a stream so far. */
    void record(CUstream stream) {
        Cuda.call("cuEventRecord", () -> cuEventRecord(handle, stream));
    }

    /** Makes later commands of a stream wait for this event. */
    void holdBack(CUstream stream) {
        Cuda.call("cuStreamWaitEvent", () -> cuStreamWaitEvent(stream, handle, 0));
    }

    /**
     * Waits for this event.
     *
     * @param waits the waits of the runtime
     * @throws dev.ideal4j.core.WorkInterruptedException if the thread is interrupted during the wait
     */
    void await(InterruptibleWait waits) {
        waits.until(this::isOver, this::synchronize);
        synchronize();
    }

    private void synchronize() {
        Cuda.call("cuEventSynchronize", () -> cuEventSynchronize(handle));
    }

    boolean isOver() {
        int status = cuEventQuery(handle);
        if (status != CUresult.CUDA_ERROR_NOT_READY) {
            Cuda.call("cuEventQuery", () -> status);
        }
        return status == CUresult.CUDA_SUCCESS;
    }

    @Override
    public long nanosSince(GpuEvent earlier) {
        float[] milliseconds = new float[1];
        CUevent start = ((CudaEvent) earlier).handle;
        synchronize();
        Cuda.call("cuEventElapsedTime", () -> cuEventElapsedTime(milliseconds, start, handle));
        return (long) (1e6 * milliseconds[0]);
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            cuEventDestroy(handle); // the driver releases the event when it has finished
        }
    }
}
