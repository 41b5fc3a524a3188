package dev.ideal4j.core;

/** Root of the errors this library raises for bad input and missing means. The message is one line, fit for a user. */
public abstract class Ideal4jException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** With a one-line message. */
    protected Ideal4jException(String message, Throwable cause) {
        super(message, cause);
    }
}
