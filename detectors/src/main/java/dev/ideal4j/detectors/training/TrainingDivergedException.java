package dev.ideal4j.detectors.training;

import dev.ideal4j.core.Ideal4jException;

/** Thrown when a loss is not a finite number. The message says where; the last checkpoint is unchanged. */
public final class TrainingDivergedException extends Ideal4jException {
    private static final long serialVersionUID = 1L;

    /** Creates the exception with a one-line message. */
    public TrainingDivergedException(String message) {
        super(message, null);
    }
}
