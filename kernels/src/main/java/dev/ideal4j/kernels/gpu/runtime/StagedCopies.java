package dev.ideal4j.kernels.gpu.runtime;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;

/**
 * Copies between arrays and a device by way of {@link StagingSlot}s, for runtimes. The host fills a slot and goes on; the
 * device takes its bytes when it likes. Slots are made as they are needed, up to a number that bounds what may be under
 * way, then the oldest is waited for. Thread-safe.
 */
public final class StagedCopies implements AutoCloseable {
    /** Size of a slot: a transfer of that length is close to the full speed of a bus. */
    public static final int SLOT_BYTES = 1 << 20;

    /** How many slots may be under way. */
    public static final int MOST_SLOTS = 32;

    private final Supplier<? extends StagingSlot> factory;
    /** Of the slots that may be taken. */
    private final Semaphore free = new Semaphore(MOST_SLOTS);
    /** Slots that no thread uses, the one that was sent first in front. */
    private final Queue<StagingSlot> slots = new ArrayDeque<>();

    private int made;

    /** Copies through slots that {@code factory} makes. */
    public StagedCopies(Supplier<? extends StagingSlot> factory) {
        this.factory = factory;
    }

    /** As {@link GpuRuntime#write(float[], int, int, GpuBuffer, long)}. */
    public void write(float[] from, int fromOffset, int count, GpuBuffer to, long offset) {
        write(to, offset, count, (bytes, first, part) -> bytes.asFloatBuffer().put(from, fromOffset + first, part));
    }

    /** As {@link GpuRuntime#write(int[], int, int, GpuBuffer, long)}. */
    public void write(int[] from, int fromOffset, int count, GpuBuffer to, long offset) {
        write(to, offset, count, (bytes, first, part) -> bytes.asIntBuffer().put(from, fromOffset + first, part));
    }

    /** As {@link GpuRuntime#read(GpuBuffer, long, float[], int, int)}, after the commands up to {@code given}. */
    public void read(GpuBuffer from, long offset, float[] to, int toOffset, int count, GpuEvent given) {
        read(from, offset, count, given, (bytes, first, part) -> bytes.asFloatBuffer()
                .get(to, toOffset + first, part));
    }

    /** As {@link #read(GpuBuffer, long, float[], int, int, GpuEvent)}. */
    public void read(GpuBuffer from, long offset, int[] to, int toOffset, int count, GpuEvent given) {
        read(from, offset, count, given, (bytes, first, part) -> bytes.asIntBuffer()
                .get(to, toOffset + first, part));
    }

    /** Moves {@code count} elements between a slot and an array, of which {@code first} came before. */
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

    /** Gives the slots back. */
    @Override
    public synchronized void close() {
        slots.forEach(StagingSlot::close);
        slots.clear();
    }
}
