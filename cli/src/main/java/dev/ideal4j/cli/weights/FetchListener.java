package dev.ideal4j.cli.weights;

/** Follows a download. Called on the thread that fetches, about once every 64 KiB. */
@FunctionalInterface
public interface FetchListener {
    /**
     * Tells how far it is.
     *
     * @param done bytes there, those of an earlier attempt included
     * @param total bytes in all, or −1 if the server does not say
     */
    void progress(long done, long total);
}
