package dev.ideal4j.kernels.cuda;

import static jcuda.driver.JCudaDriver.cuMemAlloc;
import static jcuda.driver.JCudaDriver.cuMemFree;
import static jcuda.driver.JCudaDriver.cuMemHostRegister;
import static jcuda.driver.JCudaDriver.cuMemHostUnregister;
import static jcuda.driver.JCudaDriver.cuMemcpyDtoDAsync;
import static jcuda.driver.JCudaDriver.cuMemcpyDtoHAsync;
import static jcuda.driver.JCudaDriver.cuMemcpyHtoDAsync;

import dev.ideal4j.kernels.gpu.runtime.GpuBuffer;
import dev.ideal4j.kernels.gpu.runtime.GpuEvent;
import dev.ideal4j.kernels.gpu.runtime.StagedCopies;
import dev.ideal4j.kernels.gpu.runtime.StagingSlot;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.atomic.AtomicBoolean;
import jcuda.Pointer;
import jcuda.driver.CUdeviceptr;
import jcuda.driver.CUevent_flags;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Host memory, page-locked if the driver allows it, and the same amount of device memory. Transfers between the two run
 * in a separate stream. The compute stream only performs a copy within the device. The caller must have made the
 * context current. All methods throw {@link Cuda.Failure}.
 */
final class CudaSlot implements StagingSlot {
    private static final int SIZE = StagedCopies.SLOT_BYTES;

    private static final Logger LOG = LoggerFactory.getLogger(CudaSlot.class);
    private static final AtomicBoolean WARNED = new AtomicBoolean();

    private final CudaStreams streams;
    private final boolean pinned;
    private final ByteBuffer bytes = ByteBuffer.allocateDirect(SIZE).order(ByteOrder.nativeOrder());
    private final Pointer host = Pointer.to(bytes);
    private final CUdeviceptr device = new CUdeviceptr();
    /** The end of the last transfer to the device. */
    private final CudaEvent transferred;
    /** The end of the last copy within the device, or of the last transfer from the device. */
    private final CudaEvent sent;

    CudaSlot(CudaStreams streams) {
        this.streams = streams;
        this.pinned = pin();
        CudaEvent first = null;
        CudaEvent second = null;
        try {
            first = new CudaEvent(CUevent_flags.CU_EVENT_DISABLE_TIMING);
            second = new CudaEvent(CUevent_flags.CU_EVENT_DISABLE_TIMING);
            Cuda.call("cuMemAlloc", SIZE, () -> cuMemAlloc(device, SIZE));
        } catch (Cuda.Failure e) {
            if (first != null) {
                first.close();
            }
            if (second != null) {
                second.close();
            }
            unpin();
            throw e;
        }
        this.transferred = first;
        this.sent = second;
    }

    @Override
    public ByteBuffer bytes() {
        return bytes;
    }

    @Override
    public void send(GpuBuffer to, long offset, int count) {
        Cuda.call("cuMemcpyHtoDAsync", () -> cuMemcpyHtoDAsync(device, host, count, streams.upload()));
        transferred.record(streams.upload());
        transferred.holdBack(streams.compute());
        streams.give(
                "cuMemcpyDtoDAsync",
                () -> cuMemcpyDtoDAsync(CudaRuntime.at(to, offset), device, count, streams.compute()),
                to);
        sent.record(streams.compute());
    }

    @Override
    public void fetch(GpuBuffer from, long offset, int count, GpuEvent given) {
        ((CudaEvent) given).holdBack(streams.download());
        streams.give(
                "cuMemcpyDtoHAsync",
                () -> cuMemcpyDtoHAsync(host, CudaRuntime.at(from, offset), count, streams.download()),
                from);
        sent.record(streams.download());
    }

    @Override
    public boolean isIdle() {
        return sent.isOver();
    }

    @Override
    public void await() {
        sent.await(streams.waits());
    }

    @Override
    public void close() {
        transferred.close();
        sent.close();
        cuMemFree(device);
        unpin();
    }

    /**
     * Page-locks the memory and returns whether this succeeded. Some containers refuse it. Copies are still correct
     * then, but they wait for one another.
     */
    private boolean pin() {
        try {
            Cuda.call("cuMemHostRegister", SIZE, () -> cuMemHostRegister(host, SIZE, 0));
            return true;
        } catch (Cuda.Failure e) {
            if (e.isFinal()) {
                throw e;
            }
            if (!WARNED.getAndSet(true)) {
                LOG.warn("memory cannot be page-locked, so that copies are slow: {}", e.getMessage());
            }
            return false;
        }
    }

    private void unpin() {
        if (pinned) {
            cuMemHostUnregister(host);
        }
    }
}
