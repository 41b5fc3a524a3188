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
 * The scratch memory of a recording, whose commands refer to it by address. Its buffers are reused within the recording
 * and return to the pool only when the recording closes. The arena also remembers the other memory that the commands
 * use, because that memory may be freed before a replay.
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

    /** Returns a buffer of at least this size, with arbitrary content. */
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

    /** Takes back a buffer, which later commands of the recording may use. */
    synchronized void giveBack(GpuBuffer buffer) {
        if (closed) {
            pool.giveBack(buffer);
        } else {
            idle.computeIfAbsent(buffer.bytes(), size -> new ArrayDeque<>()).push(buffer);
        }
    }

    /** Returns the size of all buffers in bytes. */
    synchronized long bytes() {
        return own.stream().mapToLong(GpuBuffer::bytes).sum();
    }

    /** Registers memory that a command uses. */
    void uses(GpuStorage storage) {
        used.add(storage);
    }

    /**
     * Checks that the memory that the commands use, apart from their scratch memory, still exists.
     *
     * @throws IllegalStateException if a tensor's scope is closed
     */
    void checkUsed() {
        used.forEach(GpuStorage::checkOpen);
    }

    /** Ends the recording. Scratch memory is no longer checked, because its scopes were closed on purpose. */
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
