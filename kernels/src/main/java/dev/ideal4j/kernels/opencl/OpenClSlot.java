package dev.ideal4j.kernels.opencl;

import static org.jocl.CL.*;

import dev.ideal4j.kernels.gpu.runtime.GpuBuffer;
import dev.ideal4j.kernels.gpu.runtime.GpuEvent;
import dev.ideal4j.kernels.gpu.runtime.StagedCopies;
import dev.ideal4j.kernels.gpu.runtime.StagingSlot;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jocl.Pointer;
import org.jocl.cl_mem;

/**
 * Host memory that the driver has allocated, and the same amount of device memory. The driver keeps the host memory
 * page-locked if the device is a GPU. Transfers between the two run in a separate queue. The compute queue only
 * performs a copy within the device. All methods throw {@link OpenCl.Failure}.
 */
final class OpenClSlot implements StagingSlot {
    private static final long SIZE = StagedCopies.SLOT_BYTES;

    private final OpenClQueues queues;
    private final cl_mem host;
    private final cl_mem device;
    private final ByteBuffer bytes;
    /** The end of the last transfer to the device. */
    private OpenClEvent arrived;
    /** The end of the last copy within the device, or of the last transfer from the device. */
    private OpenClEvent sent;

    OpenClSlot(OpenClQueues queues) {
        this.queues = queues;
        this.host = allocate(CL_MEM_ALLOC_HOST_PTR | CL_MEM_READ_WRITE);
        cl_mem made = null;
        try {
            this.bytes = OpenCl.create("clEnqueueMapBuffer", this::map).order(ByteOrder.nativeOrder());
            made = allocate(CL_MEM_READ_WRITE);
        } finally {
            if (made == null) {
                clReleaseMemObject(host);
            }
        }
        this.device = made;
    }

    private cl_mem allocate(long flags) {
        return OpenCl.create("clCreateBuffer", status -> clCreateBuffer(queues.context(), flags, SIZE, null, status));
    }

    private ByteBuffer map(int[] status) {
        long flags = CL_MAP_READ | CL_MAP_WRITE;
        return clEnqueueMapBuffer(queues.download(), host, true, flags, 0, SIZE, 0, null, null, status);
    }

    @Override
    public ByteBuffer bytes() {
        return bytes;
    }

    @Override
    public void send(GpuBuffer to, long offset, int count) {
        close(arrived);
        arrived = null;
        arrived = queues.event(
                "clEnqueueWriteBuffer",
                event -> clEnqueueWriteBuffer(
                        queues.upload(), device, false, 0, count, Pointer.to(bytes), 0, null, event));
        // A queue may wait only for flushed commands of another queue. Flushing the compute queue lets earlier commands
        // start in the meantime.
        OpenCl.call("clFlush", () -> clFlush(queues.upload()));
        OpenCl.call("clFlush", () -> clFlush(queues.compute()));
        close(sent);
        sent = null;
        sent = queues.event(
                "clEnqueueCopyBuffer",
                event -> clEnqueueCopyBuffer(
                        queues.compute(), device, queues.memory(to), 0, offset, count, 1, arrived.waitList(), event));
    }

    @Override
    public void fetch(GpuBuffer from, long offset, int count, GpuEvent given) {
        OpenCl.call("clFlush", () -> clFlush(queues.compute()));
        close(sent);
        sent = null;
        sent = queues.event(
                "clEnqueueReadBuffer",
                event -> clEnqueueReadBuffer(
                        queues.download(),
                        queues.memory(from),
                        false,
                        offset,
                        count,
                        Pointer.to(bytes),
                        1,
                        ((OpenClEvent) given).waitList(),
                        event));
        OpenCl.call("clFlush", () -> clFlush(queues.download()));
    }

    @Override
    public boolean isIdle() {
        return sent == null || sent.isDone();
    }

    @Override
    public void await() {
        if (sent == null) {
            return;
        }
        OpenCl.call("clFlush", () -> clFlush(queues.compute()));
        boolean isOver = false;
        try {
            sent.await();
            isOver = true;
        } catch (OpenCl.Failure e) {
            isOver = true;
            throw e;
        } finally {
            // After an interrupted wait the device may still use this slot.
            if (isOver) {
                sent.close();
                sent = null;
            }
        }
    }

    /** Returns the end of the last transfer to the device, or null. */
    OpenClEvent arrived() {
        return arrived;
    }

    private static void close(OpenClEvent event) {
        if (event != null) {
            event.close();
        }
    }

    @Override
    public void close() {
        close(arrived);
        close(sent);
        clEnqueueUnmapMemObject(queues.download(), host, bytes, 0, null, null);
        clReleaseMemObject(host);
        clReleaseMemObject(device);
    }
}
