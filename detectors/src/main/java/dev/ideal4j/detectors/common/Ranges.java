package dev.ideal4j.detectors.common;

import dev.ideal4j.core.InvalidInputException;

/** Checks of settings that several methods have. */
public final class Ranges {
    private static final float WIDEST_SMOOTHING = 1000;
    private static final double HIGHEST_RATE = 1e3;

    private Ranges() {}

    /**
     * A whole number of at least {@code least}.
     *
     * @throws InvalidInputException if it is less
     */
    public static void atLeast(String what, int value, int least) {
        if (value < least) {
            throw new InvalidInputException(what, Integer.toString(value), least + " or more");
        }
    }

    /**
     * A whole number of a range, its ends included.
     *
     * @throws InvalidInputException if it is outside
     */
    public static void between(String what, int value, int least, int most) {
        if (value < least || value > most) {
            throw new InvalidInputException(what, Integer.toString(value), least + " to " + most);
        }
    }

    /**
     * An odd number of at least 1.
     *
     * @throws InvalidInputException if it is less, or even
     */
    public static void odd(String what, int value) {
        if (value < 1 || value % 2 == 0) {
            throw new InvalidInputException(what, Integer.toString(value), "an odd number of 1 or more");
        }
    }

    /**
     * A number of at least 0.
     *
     * @throws InvalidInputException if it is less, or not a number
     */
    public static void notNegative(String what, double value) {
        if (!(value >= 0)) {
            throw new InvalidInputException(what, Double.toString(value), "0 or more");
        }
    }

    /**
     * A share, 0 and 1 included.
     *
     * @throws InvalidInputException if it is none
     */
    public static void share(String what, double value) {
        if (!(value >= 0 && value <= 1)) {
            throw new InvalidInputException(what, Double.toString(value), "0 to 1");
        }
    }

    /**
     * A share above 0.
     *
     * @throws InvalidInputException if it is none
     */
    public static void positiveShare(String what, double value) {
        if (!(value > 0 && value <= 1)) {
            throw new InvalidInputException(what, Double.toString(value), "above 0, at most 1");
        }
    }

    /**
     * A learning rate: above 0, below 1000.
     *
     * @throws InvalidInputException if it is none
     */
    public static void learningRate(double value) {
        if (!(value > 0 && value < HIGHEST_RATE)) {
            throw new InvalidInputException("learning rate", Double.toString(value), "above 0");
        }
    }

    /**
     * The standard deviation of a map's smoothing in pixels, 0 for none.
     *
     * @throws InvalidInputException if it is none
     */
    public static void smoothing(float value) {
        if (!(value >= 0 && value <= WIDEST_SMOOTHING)) {
            throw new InvalidInputException("smoothing", Float.toString(value), "0 to 1000 pixels");
        }
    }
}
