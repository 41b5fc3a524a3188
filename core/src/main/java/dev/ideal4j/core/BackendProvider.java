package dev.ideal4j.core;

import java.util.List;

/**
 * Provides the backends of one kind. {@link java.util.ServiceLoader} finds the providers. Probing must be quick and
 * silent and must not throw. A missing driver is reported as an {@link Availability} with a reason.
 */
public interface BackendProvider {
    /** The kind: {@code cpu}, {@code opencl}, {@code cuda}, {@code reference}. */
    String kind();

    /**
     * Rank in {@link Backends#best()}; a higher rank is preferred. {@link Backends#best()} neither probes nor chooses
     * a provider with a negative rank.
     */
    int preference();

    /** Returns the devices of this kind, or one entry with the reason why there is none. */
    List<Availability> probe();

    /**
     * Opens a backend.
     *
     * @param name the name of a device that {@link #probe()} reported as available
     * @param options the options; those that do not apply to this kind are ignored
     * @throws BackendUnavailableException if the backend cannot be opened
     */
    Backend open(String name, Backends.Options options);

    /**
     * The result of a probe for one device.
     *
     * @param name the name for {@code --backend}, for instance {@code opencl:1}
     * @param available whether {@link #open} can work
     * @param detail description of the device if it is available, otherwise the reason why it is not
     */
    record Availability(String name, boolean available, String detail) {}
}
