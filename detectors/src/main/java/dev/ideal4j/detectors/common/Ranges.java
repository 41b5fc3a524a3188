package dev.ideal4j.detectors.common;

import dev.ideal4j.core.InvalidInputException;

/** Checks of settings that several methods have. */
public final class Ranges {
    private static final float WIDEST_SMOOTHING = 1000;
    private static final double HIGHEST_RATE = 1e3;

    private Ranges() {}

    /**
     * Checks that a whole number is at least {@code least}.
     *
     * @throws InvalidInputException if the number is less
     */
    public static void atLeast(String what, int value, int least) {
        if (value < least) {
            throw new InvalidInputException(what, Integer.toString(value), least + " or more");
        }
    }

    /**
     * Checks that a whole number is in a range, including its ends.
     *
     * @throws InvalidInputException if the number is outside
     */
    public static void between(String what, int value, int least, int most) {
        if (value < least || value > most) {
            throw new InvalidInputException(what, Integer.toString(value), least + " to " + most);
        }
    }

    /**
     * Checks that a number is odd and at least 1.
     *
     * @throws InvalidInputException if the number is less than 1, or even
     */
    public static void odd(String what, int value) {
        if (value < 1 || value % 2 == 0) {
            throw new InvalidInputException(what, Integer.toString(value), "an odd number of 1 or more");
        }
    }

    /**
     * Checks that a number is at least 0.
     *
     * @throws InvalidInputException if the number is less, or NaN
     */
    public static void notNegative(String what, double value) {
        if (!(value >= 0)) {
            throw new InvalidInputException(what, Double.toString(value), "0 or more");
        }
    }

    /**
     * Checks that a share is between 0 and 1, both included.
     *
     * @throws InvalidInputException if the share is outside, or NaN
     */
    public static void share(String what, double value) {
        if (!(value >= 0 && value <= 1)) {
            throw new InvalidInputException(what, Double.toString(value), "0 to 1");
        }
    }

    /**
     * Checks that a share is above 0 and at most 1.
     *
     * @throws InvalidInputException if the share is outside, or NaN
     */
    public static void positiveShare(String what, double value) {
        if (!(value > 0 && value <= 1)) {
            throw new InvalidInputException(what, Double.toString(value), "above 0, at most 1");
        }
    }

    /**
     * Checks that a learning rate is above 0 and below 1000.
     *
     * @throws InvalidInputException if the rate is outside, or NaN
     */
    public static void learningRate(double value) {
        if (!(value > 0 && value < HIGHEST_RATE)) {
            throw new InvalidInputException("learning rate", Double.toString(value), "above 0");
        }
    }

    /**
     * Checks the standard deviation of a map's smoothing in pixels: 0 (no smoothing) to 1000.
     *
     * @throws InvalidInputException if the value is outside, or NaN
     */
    public static void smoothing(float value) {
        if (!(value >= 0 && value <= WIDEST_SMOOTHING)) {
            throw new InvalidInputException("smoothing", Float.toString(value), "0 to 1000 pixels");
        }
    }
}
