package dev.ideal4j.cli.weights;

import dev.ideal4j.core.Ideal4jException;
import java.net.URI;

/** A download that did not come to its end; the message names the address and what went wrong. */
public final class FetchException extends Ideal4jException {
    private static final long serialVersionUID = 1L;

    /** What went wrong. */
    public enum Reason {
        /** The server has no such file. */
        NOT_FOUND,
        /** The server will not give it: it wants a login, say, or refuses the address. */
        REFUSED,
        /** The server failed or answered nonsense; another attempt may succeed. */
        SERVER,
        /** No connection, or it broke or stalled; another attempt goes on where this one ended. */
        CONNECTION,
        /** The file has another SHA-256 than expected. */
        WRONG_HASH,
        /** What came is not weights, a web page for instance. */
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

    /** What went wrong. */
    public Reason reason() {
        return reason;
    }
}
