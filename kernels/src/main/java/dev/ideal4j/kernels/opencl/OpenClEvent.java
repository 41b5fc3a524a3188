package dev.ideal4j.kernels.opencl;

import static org.jocl.CL.*;

import dev.ideal4j.kernels.gpu.runtime.GpuEvent;
import dev.ideal4j.kernels.gpu.runtime.InterruptibleWait;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.ToIntFunction;
import org.jocl.Pointer;
import org.jocl.cl_event;

/** The end of a command. Only this class creates events, so that their number is known. */
final class OpenClEvent implements GpuEvent {
    private static final AtomicInteger OPEN = new AtomicInteger();

    private final String backend;
    private final InterruptibleWait waits;
    private final cl_event handle = new cl_event();
    private boolean closed;

    /** Gives a command of a backend that ends with this event. Throws {@link OpenCl.Failure}. */
    OpenClEvent(String backend, InterruptibleWait waits, String call, ToIntFunction<cl_event> command) {
        this.backend = backend;
        this.waits = waits;
        OpenCl.call(call, () -> command.applyAsInt(handle));
        OPEN.incrementAndGet();
    }

    /** Returns the number of events of this process that are not closed. */
    static int open() {
        return OPEN.get();
    }

    /** Returns this event as the wait list of another command. */
    cl_event[] waitList() {
        return new cl_event[] {handle};
    }

    /**
     * Waits for the command, whose queue has been flushed. If the command failed, throws {@link OpenCl.Failure} with
     * its status.
     *
     * @throws dev.ideal4j.core.WorkInterruptedException if the thread is interrupted during the wait
     */
    void await() {
        waits.until(this::isDone, () -> clWaitForEvents(1, waitList()));
        OpenCl.call("clWaitForEvents", () -> Math.min(CL_SUCCESS, status()));
    }

    boolean isDone() {
        return status() <= CL_COMPLETE;
    }

    /** Returns the status: above 0 before the end of the command, below 0 after a failure. */
    private int status() {
        int[] status = new int[1];
        OpenCl.call(
                "clGetEventInfo",
                () -> clGetEventInfo(
                        handle, CL_EVENT_COMMAND_EXECUTION_STATUS, Integer.BYTES, Pointer.to(status), null));
        return status[0];
    }

    /** Returns the device's clock in nanoseconds at the start or the end of the command. */
    long nanos(int which) {
        OpenCl.call("clWaitForEvents", () -> clWaitForEvents(1, waitList()));
        long[] nanos = new long[1];
        OpenCl.call(
                "clGetEventProfilingInfo",
                () -> clGetEventProfilingInfo(handle, which, Long.BYTES, Pointer.to(nanos), null));
        return nanos[0];
    }

    @Override
    public long nanosSince(GpuEvent earlier) {
        try {
            return nanos(CL_PROFILING_COMMAND_END) - ((OpenClEvent) earlier).nanos(CL_PROFILING_COMMAND_END);
        } catch (OpenCl.Failure e) {
            throw e.toDeviceException(backend);
        }
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            OPEN.decrementAndGet();
            clReleaseEvent(handle);
        }
    }
}
