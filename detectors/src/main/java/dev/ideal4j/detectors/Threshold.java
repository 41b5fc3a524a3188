package dev.ideal4j.detectors;

import dev.ideal4j.core.InvalidInputException;

/**
 * The score above which images or pixels count as anomalous.
 *
 * @param value scores above this are anomalous
 * @param maxFalseAlarms α: the share of good images that may be rejected, above 0 and below 1; NaN if the value was given
 * @param basis how the value was found
 */
public record Threshold(double value, double maxFalseAlarms, Basis basis) {
    /** How a threshold was found. */
    public enum Basis {
        /** The conformal quantile of the scores of good images, see {@link Calibration}. */
        CONFORMAL,
        /** An estimate from the tail of a generalised Pareto distribution, because there are too few good images for α. */
        ESTIMATE,
        /** Given by the user. */
        GIVEN
    }

    /**
     * Checks the numbers.
     *
     * @throws InvalidInputException if the value is not finite, or the rate does not fit the basis
     */
    public Threshold {
        boolean isRate = maxFalseAlarms > 0 && maxFalseAlarms < 1;
        if (!Double.isFinite(value) || (basis == Basis.GIVEN ? !Double.isNaN(maxFalseAlarms) : !isRate)) {
            throw new InvalidInputException(
                    "threshold",
                    value + " for a false-alarm rate of " + maxFalseAlarms,
                    "a finite number, and a rate above 0 and below 1");
        }
    }

    /** A threshold that the user sets. */
    public static Threshold given(double value) {
        return new Threshold(value, Double.NaN, Basis.GIVEN);
    }
}
