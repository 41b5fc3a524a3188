package dev.ideal4j.detectors.training;

import dev.ideal4j.core.Ideal4jException;

/** A loss that is not a finite number; the message says where, and the last checkpoint stays as it was. */
public final class TrainingDivergedException extends Ideal4jException {
    private static final long serialVersionUID = 1L;

    /** With a one-line message. */
    public TrainingDivergedException(String message) {
        super(message, null);
    }
}
