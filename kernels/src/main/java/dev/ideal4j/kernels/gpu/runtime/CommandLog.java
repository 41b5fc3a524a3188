package dev.ideal4j.kernels.gpu.runtime;

import java.util.ArrayList;
import java.util.List;

/**
 * Keeps the commands that a thread gives a runtime while it wants them kept; those of other threads pass by.
 *
 * @param <C> what the runtime takes for a command that can be given again
 */
public final class CommandLog<C> {
    private final ThreadLocal<List<C>> kept = new ThreadLocal<>();

    /** What the calling thread adds while {@code given} runs. */
    public List<C> of(Runnable given) {
        List<C> commands = new ArrayList<>();
        kept.set(commands);
        try {
            given.run();
        } finally {
            kept.remove();
        }
        return List.copyOf(commands);
    }

    /** Keeps a command that has just been given, if the calling thread wants it. */
    public void add(C command) {
        List<C> commands = kept.get();
        if (commands != null) {
            commands.add(command);
        }
    }
}
