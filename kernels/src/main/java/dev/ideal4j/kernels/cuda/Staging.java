package dev.ideal4j.kernels.cuda;

import static jcuda.driver.JCudaDriver.cuEventCreate;
import static jcuda.driver.JCudaDriver.cuEventDestroy;
import static jcuda.driver.JCudaDriver.cuEventRecord;
import static jcuda.driver.JCudaDriver.cuEventSynchronize;
import static jcuda.driver.JCudaDriver.cuMemHostRegister;
import static jcuda.driver.JCudaDriver.cuMemHostUnregister;
import static jcuda.driver.JCudaDriver.cuMemcpyDtoHAsync;
import static jcuda.driver.JCudaDriver.cuMemcpyHtoDAsync;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import jcuda.Pointer;
import jcuda.driver.CUdeviceptr;
import jcuda.driver.CUevent;
import jcuda.driver.CUevent_flags;
import jcuda.driver.CUstream;

/**
 * Page-locked memory that copies pass through: the device takes from it and puts into it by itself. A write is over for the
 * host once its elements lie here, while the device may still be busy with earlier commands; two slots take turns.
 */
final class Staging implements AutoCloseable {
    private static final int SLOT_BYTES = 4 << 20;

    private final CUstream stream;
    private final Slot[] slots = new Slot[2];
    private int next;

    private static final class Slot {
        private final ByteBuffer bytes = ByteBuffer.allocateDirect(SLOT_BYTES).order(ByteOrder.nativeOrder());
        private final Pointer pointer = Pointer.to(bytes);
        private final CUevent free = new CUevent();
    }

    /** Moves elements between an array and page-locked memory. */
    interface Move {
        /**
         * Moves.
         *
         * @param first elements moved before
         * @param count elements to move now
         */
        void elements(ByteBuffer bytes, int first, int count);
    }

    /** The caller has made the context of {@code stream} current, here and in all other methods. */
    Staging(CUstream stream) {
        this.stream = stream;
        for (int i = 0; i < slots.length; i++) {
            Slot slot = new Slot();
            Cuda.call("cuMemHostRegister", () -> cuMemHostRegister(slot.pointer, SLOT_BYTES, 0));
            Cuda.call("cuEventCreate", () -> cuEventCreate(slot.free, CUevent_flags.CU_EVENT_DISABLE_TIMING));
            slots[i] = slot;
        }
    }

    /** Copies {@code count} elements of 4 bytes to the device, which may happen later. */
    void write(CUdeviceptr to, int count, Move move) {
        for (int first = 0; first < count; ) {
            int part = Math.min(count - first, SLOT_BYTES / 4);
            Slot slot = slot();
            move.elements(slot.bytes, first, part);
            CUdeviceptr target = to.withByteOffset(4L * first);
            Cuda.call("cuMemcpyHtoDAsync", () -> cuMemcpyHtoDAsync(target, slot.pointer, 4L * part, stream));
            Cuda.call("cuEventRecord", () -> cuEventRecord(slot.free, stream));
            first += part;
        }
    }

    /** Copies {@code count} elements of 4 bytes from the device, after all earlier commands, and waits for them. */
    void read(CUdeviceptr from, int count, Move move) {
        for (int first = 0; first < count; ) {
            int part = Math.min(count - first, SLOT_BYTES / 4);
            Slot slot = slot();
            CUdeviceptr source = from.withByteOffset(4L * first);
            Cuda.call("cuMemcpyDtoHAsync", () -> cuMemcpyDtoHAsync(slot.pointer, source, 4L * part, stream));
            Cuda.call("cuEventRecord", () -> cuEventRecord(slot.free, stream));
            Cuda.call("cuEventSynchronize", () -> cuEventSynchronize(slot.free));
            move.elements(slot.bytes, first, part);
            first += part;
        }
    }

    /** A slot that the device is done with. */
    private Slot slot() {
        Slot slot = slots[next];
        next = (next + 1) % slots.length;
        Cuda.call("cuEventSynchronize", () -> cuEventSynchronize(slot.free));
        return slot;
    }

    @Override
    public void close() {
        for (Slot slot : slots) {
            if (slot != null) {
                cuEventDestroy(slot.free);
                cuMemHostUnregister(slot.pointer);
            }
        }
    }
}
