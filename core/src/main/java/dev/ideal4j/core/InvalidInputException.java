package dev.ideal4j.core;

/** Thrown for an invalid argument. The message names the argument, the value found and the value expected. */
public final class InvalidInputException extends Ideal4jException {
    private static final long serialVersionUID = 1L;

    /**
     * Builds the message {@code "what: found …, expected …"}.
     *
     * @param what the argument, named as the caller knows it
     * @param found the given value
     * @param expected the accepted values
     */
    public InvalidInputException(String what, String found, String expected) {
        super(what + ": found " + found + ", expected " + expected, null);
    }
}
