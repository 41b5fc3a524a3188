package dev.ideal4j.kernels.memory;

import dev.ideal4j.core.ClosedException;
import dev.ideal4j.core.Recording;

/**
 * A recording that runs its commands again at each replay, for backends that run commands immediately. The same rules
 * apply as for other recordings.
 */
final class RepeatedCommands implements Recording {
    private final DeviceMemory memory;
    private final Runnable commands;
    private boolean closed;

    RepeatedCommands(DeviceMemory memory, Runnable commands) {
        this.memory = memory;
        this.commands = commands;
    }

    @Override
    public synchronized void replay() {
        if (closed) {
            throw new ClosedException("the recording");
        }
        memory.during(new RecordedSection(), commands);
    }

    @Override
    public String description() {
        return "run again each time";
    }

    @Override
    public synchronized void close() {
        closed = true;
    }
}
