package dev.ideal4j.kernels.gpu.runtime;

import dev.ideal4j.core.ClosedException;
import dev.ideal4j.core.Recording;

/** Recorded commands of a runtime, with the scratch memory that they refer to by address. */
final class GpuRecording implements Recording {
    private final GpuMemory memory;
    private final GpuCommands commands;
    private final RecordingArena arena;
    private boolean closed;

    GpuRecording(GpuMemory memory, GpuCommands commands, RecordingArena arena) {
        this.memory = memory;
        this.commands = commands;
        this.arena = arena;
    }

    @Override
    public synchronized void replay() {
        if (closed) {
            throw new ClosedException("the recording");
        }
        memory.refuseWhileRecording("a replay");
        arena.checkUsed();
        commands.give();
    }

    @Override
    public String description() {
        return commands.description();
    }

    @Override
    public void close() {
        closeIfOpen();
    }

    /** Closes this recording. Returns false if it is closed already. */
    synchronized boolean closeIfOpen() {
        if (closed) {
            return false;
        }
        closed = true;
        try {
            commands.close();
        } finally {
            memory.closed(this, arena);
        }
        return true;
    }
}
