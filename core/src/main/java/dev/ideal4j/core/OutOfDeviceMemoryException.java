package dev.ideal4j.core;

/** An allocation that does not fit on the device; the backend stays usable. */
public final class OutOfDeviceMemoryException extends Ideal4jException {
    private static final long serialVersionUID = 1L;

    /**
     * Builds a message with both sizes.
     *
     * @param backend the backend's name
     * @param wanted bytes asked for
     * @param available bytes that could be had, or the largest that one allocation may take
     */
    public OutOfDeviceMemoryException(String backend, long wanted, long available) {
        super(backend + ": " + wanted + " bytes asked for, at most " + available + " can be had", null);
    }
}
