package dev.ideal4j.core;

/** Thrown if an allocation does not fit into the device's memory. The backend stays usable. */
public final class OutOfDeviceMemoryException extends Ideal4jException {
    private static final long serialVersionUID = 1L;

    /**
     * Builds a message with both sizes.
     *
     * @param backend the backend's name
     * @param wanted requested bytes
     * @param available available bytes, or the maximum size of one allocation
     */
    public OutOfDeviceMemoryException(String backend, long wanted, long available) {
        super(backend + ": " + wanted + " bytes asked for, at most " + available + " can be had", null);
    }
}
