package dev.ideal4j.cli.weights;

/** Follows a download. It is called on the downloading thread, about once every 64 KiB. */
@FunctionalInterface
public interface FetchListener {
    /**
     * Reports the progress.
     *
     * @param done number of bytes on the disk, with those of an earlier attempt
     * @param total size of the file in bytes, or −1 if the server does not state it
     */
    void progress(long done, long total);
}
