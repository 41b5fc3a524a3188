package dev.ideal4j.kernels.gpu.runtime;

import java.util.ArrayList;
import java.util.List;

/**
 * Records the commands that a thread gives to a runtime while the thread requests it. Commands of other threads are not
 * recorded.
 *
 * @param <C> the runtime's type of a command that can be given again
 */
public final class CommandLog<C> {
    private final ThreadLocal<List<C>> kept = new ThreadLocal<>();

    /** Returns the commands that the calling thread adds while {@code given} runs. */
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

    /** Records a command that has just been given, if the calling thread records. */
    public void add(C command) {
        List<C> commands = kept.get();
        if (commands != null) {
            commands.add(command);
        }
    }
}
