package dev.ideal4j.core;

/**
 * Thrown if a detector, backbone, backend or scope is used after it was closed. The message names the closed object.
 */
public final class ClosedException extends IllegalStateException {
    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception.
     *
     * @param what the closed object, for instance {@code the backend cpu}
     */
    public ClosedException(String what) {
        super(what + " is closed");
    }
}
