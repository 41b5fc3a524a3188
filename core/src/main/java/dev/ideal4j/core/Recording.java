package dev.ideal4j.core;

/**
 * Commands of a backend that can be given again as a whole, with the tensors they were given with: see
 * {@link Backend#record}. Any thread may replay it; replays of one recording exclude each other, but whoever shares its
 * tensors between threads must see to it that nobody overwrites them before they are read. One that nobody closed is closed when
 * nobody can reach it any more.
 */
public interface Recording extends AutoCloseable {
    /**
     * Gives the commands again, in their order; as asynchronous as they are themselves.
     *
     * @throws IllegalStateException if this, the backend, or the scope of a tensor that the commands use is closed
     * @throws InvalidInputException among commands that are being recorded
     */
    void replay();

    /** How it replays and how much that is, for people: {@code 312 commands in a CUDA graph}. */
    String description();

    /** Gives back what it holds; the tensors are the caller's. Closing twice is harmless. */
    @Override
    void close();
}
