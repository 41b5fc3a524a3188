package dev.ideal4j.kernels.memory;

import dev.ideal4j.core.InvalidInputException;
import java.util.concurrent.atomic.AtomicInteger;

/** What one thread does with memory while its commands are recorded. */
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

    /** Nothing may have been refused, whatever the commands made of it; and memory that stays would be another's later. */
    void requireReplayable() {
        if (refusal != null) {
            throw refusal;
        }
        if (open.get() != 0) {
            throw new InvalidInputException(WHAT, open + " tensors left allocated", "scopes that are closed inside");
        }
    }

    /** For what has no place among recorded commands; without it they are not the same ones. */
    InvalidInputException refused(String operation) {
        refusal = new InvalidInputException(WHAT, operation, "commands for the device alone");
        return refusal;
    }
}
