package dev.ideal4j.core;

/** A backend that was asked for but cannot be had; the message says which and why. */
public final class BackendUnavailableException extends Ideal4jException {
    private static final long serialVersionUID = 1L;

    /** With a one-line reason. */
    public BackendUnavailableException(String message) {
        super(message, null);
    }

    /** With a one-line reason and the error behind it. */
    public BackendUnavailableException(String message, Throwable cause) {
        super(message, cause);
    }
}
