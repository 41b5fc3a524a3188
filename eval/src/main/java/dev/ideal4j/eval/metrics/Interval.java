package dev.ideal4j.eval.metrics;

/**
 * A range of values; NaN at both ends where there is none.
 *
 * @param low lower end
 * @param high upper end
 */
public record Interval(double low, double high) {
    /** None. */
    public static final Interval NONE = new Interval(Double.NaN, Double.NaN);

    /** Whether there is one. */
    public boolean exists() {
        return !Double.isNaN(low);
    }
}
