package dev.ideal4j.core;

import org.jspecify.annotations.Nullable;

/**
 * Base class of the exceptions that this library throws for invalid input and unavailable resources. The message is
 * one line and can be shown to a user.
 */
public abstract class Ideal4jException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Creates the exception with a one-line message. */
    protected Ideal4jException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
