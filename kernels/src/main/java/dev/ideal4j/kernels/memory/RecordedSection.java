package dev.ideal4j.kernels.memory;

import dev.ideal4j.core.InvalidInputException;
import java.util.concurrent.atomic.AtomicInteger;

/** The memory operations of one thread while its commands are recorded. */
public class RecordedSection {
    private static final String WHAT = "recorded commands";

    private final AtomicInteger open = new AtomicInteger();
    private InvalidInputException refusal;

    void opened() {
        open.incrementAndGet();
    }

    void freed() {
        open.decrementAndGet();
    }

    /**
     * Checks that the commands can be replayed. An operation must not have been refused, even if the commands caught
     * the exception. No tensor may stay allocated, because its memory could belong to another tensor at a replay.
     */
    void requireReplayable() {
        if (refusal != null) {
            throw refusal;
        }
        if (open.get() != 0) {
            throw new InvalidInputException(WHAT, open + " tensors left allocated", "scopes that are closed inside");
        }
    }

    /**
     * Creates the exception for operations that need the host and therefore cannot be recorded. The recording remembers
     * it, because its commands would be incomplete.
     */
    InvalidInputException refused(String operation) {
        refusal = new InvalidInputException(WHAT, operation, "commands for the device alone");
        return refusal;
    }
}
