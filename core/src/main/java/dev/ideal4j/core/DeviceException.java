package dev.ideal4j.core;

/**
 * Thrown if a device or its driver fails: the device was lost, ran out of resources during its work, or a kernel did
 * not compile. The Java process can continue. If it is known whether the backend is still usable, the message says so.
 */
public final class DeviceException extends Ideal4jException {
    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception.
     *
     * @param backend the backend's name
     * @param problem description of the failure
     */
    public DeviceException(String backend, String problem) {
        super(backend + ": " + problem, null);
    }
}
