package dev.ideal4j.core;

/**
 * A recorded sequence of backend commands that can be replayed on the same tensors; see {@link Backend#record}. Any
 * thread may replay a recording, and replays of one recording exclude each other. Threads that share the tensors of a
 * recording must ensure that no thread overwrites the outputs before they are read. An unclosed recording is closed
 * once it is unreachable.
 */
public interface Recording extends AutoCloseable {
    /**
     * Runs the commands again in the recorded order. A replay is as asynchronous as the commands themselves.
     *
     * @throws IllegalStateException if this recording, the backend, or the scope of a tensor that the commands use is
     *     closed
     * @throws InvalidInputException if the calling thread is recording commands
     */
    void replay();

    /** Human-readable description of the recording, for instance {@code 312 commands in a CUDA graph}. */
    String description();

    /** Frees the memory of this recording but not the caller's tensors. Closing twice has no effect. */
    @Override
    void close();
}
