package dev.ideal4j.core;

import org.jspecify.annotations.Nullable;

/** Thrown if a requested backend cannot be opened. The message names the backend and the reason. */
public final class BackendUnavailableException extends Ideal4jException {
    private static final long serialVersionUID = 1L;

    /** Creates the exception with a one-line reason. */
    public BackendUnavailableException(String message) {
        super(message, null);
    }

    /** Creates the exception with a one-line reason and the error that caused it. */
    public BackendUnavailableException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
