package dev.ideal4j.kernels.gpu.runtime;

import dev.ideal4j.kernels.memory.RecordedSection;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The scratch memory of a recording, whose commands know it by address: buffers that go round within the recording and back
 * to the pool only when it closes. Also remembers whose memory else the commands use, since that may be freed before.
 */
final class RecordingArena extends RecordedSection implements AutoCloseable {
    private final BufferPool pool;
    private final List<GpuBuffer> own = new ArrayList<>();
    private final Map<Long, Deque<GpuBuffer>> idle = new HashMap<>();
    private final Set<GpuStorage> used = new LinkedHashSet<>();
    private boolean closed;

    RecordingArena(BufferPool pool) {
        this.pool = pool;
    }

    /** A buffer of at least this size, of any content. */
    synchronized GpuBuffer take(long bytes) {
        long size = pool.size(bytes);
        Deque<GpuBuffer> same = idle.get(size);
        if (same != null && !same.isEmpty()) {
            return same.pop();
        }
        GpuBuffer buffer = pool.take(bytes);
        own.add(buffer);
        return buffer;
    }

    /** Takes back a buffer that later commands of the recording may use. */
    synchronized void giveBack(GpuBuffer buffer) {
        if (closed) {
            pool.giveBack(buffer);
        } else {
            idle.computeIfAbsent(buffer.bytes(), size -> new ArrayDeque<>()).push(buffer);
        }
    }

    /** Bytes of all its buffers. */
    synchronized long bytes() {
        return own.stream().mapToLong(GpuBuffer::bytes).sum();
    }

    /** Tells of memory that a command uses. */
    void uses(GpuStorage storage) {
        used.add(storage);
    }

    /**
     * Looks whether the memory that the commands use is still there, but for their scratch.
     *
     * @throws IllegalStateException if a tensor's scope is closed
     */
    void checkUsed() {
        used.forEach(GpuStorage::checkOpen);
    }

    /** What is left to do when all is recorded: scratch is not checked any more, it was closed on purpose. */
    void recorded() {
        used.removeIf(storage -> storage.arena() == this);
    }

    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            idle.values().forEach(buffers -> buffers.forEach(pool::giveBack));
            idle.clear();
        }
    }
}
