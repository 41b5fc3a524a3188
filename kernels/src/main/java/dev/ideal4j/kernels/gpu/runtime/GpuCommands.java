package dev.ideal4j.kernels.gpu.runtime;

import java.util.List;

/** Commands that a runtime was given and can be given again, with the same buffers and arguments; see {@link GpuRuntime#record}. */
public interface GpuCommands extends AutoCloseable {
    /** Gives them all, in their order, as asynchronously as the first time. */
    void give();

    /** How many they are and how they are given, for people. */
    String description();

    /** Gives back what the driver holds for them, once they are over. */
    @Override
    void close();

    /** Commands that are given one by one. */
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
