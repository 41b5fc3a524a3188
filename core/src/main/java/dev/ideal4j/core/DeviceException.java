package dev.ideal4j.core;

/**
 * A device or its driver failed: it was lost, ran out of resources in the middle of its work, or did not compile a kernel.
 * The Java process is unharmed; whether the backend can still be used, the message says where it is known.
 */
public final class DeviceException extends Ideal4jException {
    private static final long serialVersionUID = 1L;

    /**
     * With the backend's name and what failed.
     *
     * @param backend the backend's name
     * @param problem what failed, and how
     */
    public DeviceException(String backend, String problem) {
        super(backend + ": " + problem, null);
    }
}
