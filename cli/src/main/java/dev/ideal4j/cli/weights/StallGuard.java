package dev.ideal4j.cli.weights;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Closes a stream that receives nothing for too long, so that a blocked read ends with an error. */
final class StallGuard implements Closeable {
    private final InputStream in;
    private final long patienceNanos;
    private final Thread watcher;
    private volatile long lastArrival = System.nanoTime();
    private volatile boolean stalled;

    StallGuard(InputStream in, Duration patience) {
        this.in = in;
        this.patienceNanos = patience.toNanos();
        this.watcher = new Thread(this::watch, "ideal4j-fetch-watch");
        watcher.setDaemon(true);
        watcher.start();
    }

    /** Notes that bytes have arrived. */
    void arrived() {
        lastArrival = System.nanoTime();
    }

    /** Whether this guard has closed the stream. */
    boolean stalled() {
        return stalled;
    }

    private void watch() {
        try {
            for (long left = patienceNanos; left > 0; left = patienceNanos - (System.nanoTime() - lastArrival)) {
                TimeUnit.NANOSECONDS.sleep(left);
            }
            stalled = true;
            in.close();
        } catch (InterruptedException e) {
            // The download ended in time, so this thread ends as well.
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            throw new UncheckedIOException("a stalled download cannot be closed", e);
        }
    }

    @Override
    public void close() throws IOException {
        watcher.interrupt();
        in.close();
    }
}
