package dev.ideal4j.core;

import java.util.List;

/**
 * Offers the backends of one kind; found by {@link java.util.ServiceLoader}. Probing must be quick, silent and must not
 * throw: a missing driver is an {@link Availability} with a reason.
 */
public interface BackendProvider {
    /** The kind: {@code cpu}, {@code opencl}, {@code cuda}, {@code reference}. */
    String kind();

    /** Rank in {@link Backends#best()}: higher is preferred; negative is never chosen unasked, nor probed for it. */
    int preference();

    /** The devices of this kind, or one entry saying why there is none. */
    List<Availability> probe();

    /**
     * Opens a backend.
     *
     * @param name one that {@link #probe()} gave as available
     * @param options an option that means nothing to this kind is ignored
     * @throws BackendUnavailableException if it cannot be opened
     */
    Backend open(String name, Backends.Options options);

    /**
     * What a probe found.
     *
     * @param name what {@code --backend} takes, for instance {@code opencl:1}
     * @param available whether {@link #open} can work
     * @param detail device description when available, else the reason
     */
    record Availability(String name, boolean available, String detail) {}
}
