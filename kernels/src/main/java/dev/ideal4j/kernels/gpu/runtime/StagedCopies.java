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

    private static final int SLOT_ELEMENTS = SLOT_BYTES / Integer.BYTES;

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

    /** Moves {@code count} elements, starting with element {@code first}, between a slot and an array. */
    @FunctionalInterface
    public interface Move {
        void elements(ByteBuffer bytes, int first, int count);
    }

    /** Implements {@link GpuRuntime#write(GpuBuffer, long, int, Move)}. */
    public void write(GpuBuffer to, long offset, int count, Move fill) {
        int part;
        for (int first = 0; first < count; first += part) {
            part = Math.min(SLOT_ELEMENTS, count - first);
            free.acquireUninterruptibly();
            try (Taken taken = new Taken()) {
                fill.elements(taken.slot.bytes(), first, part);
                taken.slot.send(to, offset + (long) Integer.BYTES * first, Integer.BYTES * part);
            }
        }
    }

    /**
     * Implements {@link GpuRuntime#read(GpuBuffer, long, int, Move)}, after the commands up to {@code given}. Fetches the
     * next part while the host takes the elements out of this one, if there is a free slot.
     */
    public void read(GpuBuffer from, long offset, int count, GpuEvent given, Move drain) {
        Taken current = null;
        Taken next = null;
        try {
            int part;
            for (int first = 0; first < count; first += part) {
                part = Math.min(SLOT_ELEMENTS, count - first);
                if (next == null) {
                    free.acquireUninterruptibly();
                    next = new Taken();
                    next.fetch(from, offset, first, part, given);
                }
                current = next;
                next = null;
                int rest = count - first - part;
                // A thread that waited for its second slot could wait for a thread that waits likewise.
                if (rest > 0 && free.tryAcquire()) {
                    next = new Taken();
                    next.fetch(from, offset, first + part, Math.min(SLOT_ELEMENTS, rest), given);
                }
                current.slot.await();
                drain.elements(current.slot.bytes(), first, part);
                current.close();
                current = null;
            }
        } finally {
            if (current != null) {
                current.close();
            }
            if (next != null) {
                next.close();
            }
        }
    }

    /** An idle slot that the calling thread uses. The thread has acquired {@link #free} before. */
    private final class Taken implements AutoCloseable {
        private final StagingSlot slot;

        Taken() {
            StagingSlot taken = null;
            boolean isIdle = false;
            try {
                taken = take();
                taken.await();
                isIdle = true;
            } finally {
                if (!isIdle) {
                    giveBack(taken);
                }
            }
            slot = taken;
        }

        void fetch(GpuBuffer from, long offset, int first, int part, GpuEvent given) {
            slot.fetch(from, offset + (long) Integer.BYTES * first, Integer.BYTES * part, given);
        }

        @Override
        public void close() {
            giveBack(slot);
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

    /** Gives a slot back and frees its place. The slot is null if it could not be created. */
    private void giveBack(StagingSlot slot) {
        synchronized (this) {
            if (slot != null) {
                slots.add(slot);
            }
        }
        free.release();
    }

    /** Closes the slots. */
    @Override
    public synchronized void close() {
        slots.forEach(StagingSlot::close);
        slots.clear();
    }
}
