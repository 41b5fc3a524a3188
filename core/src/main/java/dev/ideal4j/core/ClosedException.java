package dev.ideal4j.core;

/** A detector, backbone, backend or scope was used after it was closed. The message names what is closed. */
public final class ClosedException extends IllegalStateException {
    private static final long serialVersionUID = 1L;

    /**
     * With what is closed.
     *
     * @param what as {@code the backend cpu}
     */
    public ClosedException(String what) {
        super(what + " is closed");
    }
}
