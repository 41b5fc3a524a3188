package dev.ideal4j.kernels.gpu.runtime;

import java.util.List;

/**
 * Commands that were given to a runtime and can be given again, with the same buffers and arguments. See
 * {@link GpuRuntime#record}.
 */
public interface GpuCommands extends AutoCloseable {
    /** Gives all commands in their order, as asynchronously as the first time. */
    void give();

    /** Returns a human-readable description: the number of commands and how they are given. */
    String description();

    /** Releases the driver's resources for the commands once the commands have finished. */
    @Override
    void close();

    /** Returns commands that are given one by one. */
    static GpuCommands oneByOne(List<Runnable> commands) {
        return new GpuCommands() {
            @Override
            public void give() {
                commands.forEach(Runnable::run);
            }

            @Override
            public String description() {
                return commands.size() + " commands, one by one";
            }

            @Override
            public void close() {}
        };
    }
}
