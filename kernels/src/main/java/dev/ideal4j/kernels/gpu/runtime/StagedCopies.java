package dev.ideal4j.kernels.gpu.runtime;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;

/**
 * Copies between arrays and a device through {@link StagingSlot}s, for runtimes. The host fills a slot and continues,
 * and the device reads the bytes later. Slots are created when needed, up to a number that bounds the copies in
 * progress. After that, a copy waits for the oldest slot. Thread-safe.
 */
public final class StagedCopies implements AutoCloseable {
    /** The size of a slot in bytes. A transfer of this length is close to the full speed of a bus. */
    public static final int SLOT_BYTES = 1 << 20;

    /** The largest number of slots in progress. */
    public static final int MOST_SLOTS = 32;

    private final Supplier<? extends StagingSlot> factory;
    /** Counts the slots that may be taken. */
    private final Semaphore free = new Semaphore(MOST_SLOTS);
    /** The slots that no thread uses, in the order in which they were sent. */
    private final Queue<StagingSlot> slots = new ArrayDeque<>();

    private int made;

    /** Creates copies through slots that {@code factory} creates. */
    public StagedCopies(Supplier<? extends StagingSlot> factory) {
        this.factory = factory;
    }

    /** Implements {@link GpuRuntime#write(float[], int, int, GpuBuffer, long)}. */
    public void write(float[] from, int fromOffset, int count, GpuBuffer to, long offset) {
        write(to, offset, count, (bytes, first, part) -> bytes.asFloatBuffer().put(from, fromOffset + first, part));
    }

    /** Implements {@link GpuRuntime#write(int[], int, int, GpuBuffer, long)}. */
    public void write(int[] from, int fromOffset, int count, GpuBuffer to, long offset) {
        write(to, offset, count, (bytes, first, part) -> bytes.asIntBuffer().put(from, fromOffset + first, part));
    }

    /**
     * Implements {@link GpuRuntime#read(GpuBuffer, long, float[], int, int)}, after the commands up to {@code given}.
     */
    public void read(GpuBuffer from, long offset, float[] to, int toOffset, int count, GpuEvent given) {
        read(from, offset, count, given, (bytes, first, part) -> bytes.asFloatBuffer()
                .get(to, toOffset + first, part));
    }

    /** Same as {@link #read(GpuBuffer, long, float[], int, int, GpuEvent)}, for integers. */
    public void read(GpuBuffer from, long offset, int[] to, int toOffset, int count, GpuEvent given) {
        read(from, offset, count, given, (bytes, first, part) -> bytes.asIntBuffer()
                .get(to, toOffset + first, part));
    }

    /** Moves {@code count} elements, starting with element {@code first}, between a slot and an array. */
    private interface Move {
        void elements(ByteBuffer bytes, int first, int count);
    }

    private void write(GpuBuffer to, long offset, int count, Move fill) {
        inParts(count, (slot, first, part) -> {
            fill.elements(slot.bytes(), first, part);
            slot.send(to, offset + (long) Integer.BYTES * first, Integer.BYTES * part);
        });
    }

    private void read(GpuBuffer from, long offset, int count, GpuEvent given, Move drain) {
        inParts(count, (slot, first, part) -> {
            slot.fetch(from, offset + (long) Integer.BYTES * first, Integer.BYTES * part, given);
            drain.elements(slot.bytes(), first, part);
        });
    }

    private interface Part {
        void copy(StagingSlot slot, int first, int count);
    }

    private void inParts(int count, Part copy) {
        int most = SLOT_BYTES / Integer.BYTES;
        int part;
        for (int first = 0; first < count; first += part) {
            part = Math.min(most, count - first);
            free.acquireUninterruptibly();
            try {
                StagingSlot slot = take();
                try {
                    slot.await();
                    copy.copy(slot, first, part);
                } finally {
                    giveBack(slot);
                }
            } finally {
                free.release();
            }
        }
    }

    private synchronized StagingSlot take() {
        if (!slots.isEmpty() && (made == MOST_SLOTS || slots.peek().isIdle())) {
            return slots.poll();
        }
        StagingSlot slot = factory.get();
        made++;
        return slot;
    }

    private synchronized void giveBack(StagingSlot slot) {
        slots.add(slot);
    }

    /** Closes the slots. */
    @Override
    public synchronized void close() {
        slots.forEach(StagingSlot::close);
        slots.clear();
    }
}
