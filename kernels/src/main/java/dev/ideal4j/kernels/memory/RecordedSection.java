package dev.ideal4j.kernels.memory;

import dev.ideal4j.core.InvalidInputException;
import java.util.concurrent.atomic.AtomicInteger;

/** What one thread does with memory while its commands are recorded. */
public class RecordedSection {
    private static final String WHAT = "recorded commands";

    private final AtomicInteger open = new AtomicInteger();

    void opened() {
        open.incrementAndGet();
    }

    void freed() {
        open.decrementAndGet();
    }

    /** Memory that stays allocated would be another's when the commands are given again. */
    void requireAllFreed() {
        if (open.get() != 0) {
            throw new InvalidInputException(WHAT, open + " tensors left allocated", "scopes that are closed inside");
        }
    }

    /** For what has no place among recorded commands. */
    static InvalidInputException refused(String operation) {
        return new InvalidInputException(WHAT, operation, "commands for the device alone");
    }
}
