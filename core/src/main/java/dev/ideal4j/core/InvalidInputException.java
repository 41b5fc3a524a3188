package dev.ideal4j.core;

/** An argument that does not fit: names it, what was found and what was expected. */
public final class InvalidInputException extends Ideal4jException {
    private static final long serialVersionUID = 1L;

    /**
     * Builds the message {@code "what: found …, expected …"}.
     *
     * @param what the argument, in the caller's terms
     * @param found what was given
     * @param expected what is accepted
     */
    public InvalidInputException(String what, String found, String expected) {
        super(what + ": found " + found + ", expected " + expected, null);
    }
}
