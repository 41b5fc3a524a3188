package dev.ideal4j.cli.weights;

import dev.ideal4j.core.Ideal4jException;
import java.net.URI;

/** A download that failed. The message names the address and the reason. */
public final class FetchException extends Ideal4jException {
    private static final long serialVersionUID = 1L;

    /** The reasons for a failed download. */
    public enum Reason {
        /** The server has no such file. */
        NOT_FOUND,
        /** The server refuses the file: for example it requires a login. */
        REFUSED,
        /** The server failed, or its answer is invalid; another attempt may succeed. */
        SERVER,
        /** The connection failed, broke or stalled; another attempt continues where this one ended. */
        CONNECTION,
        /** The SHA-256 of the file is not the expected one. */
        WRONG_HASH,
        /** The downloaded file does not hold weights; it may be a web page. */
        NOT_WEIGHTS,
        /** Another program is fetching the same file into the same folder. */
        BUSY,
        /** This thread was interrupted. */
        INTERRUPTED
    }

    private final Reason reason;

    FetchException(URI uri, Reason reason, String message, Throwable cause) {
        super(uri + ": " + message, cause);
        this.reason = reason;
    }

    /** The reason of the failure. */
    public Reason reason() {
        return reason;
    }
}
