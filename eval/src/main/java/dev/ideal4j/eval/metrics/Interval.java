package dev.ideal4j.eval.metrics;

/**
 * An interval of values. Both ends are NaN if there is no interval.
 *
 * @param low lower end
 * @param high upper end
 */
public record Interval(double low, double high) {
    /** No interval. */
    public static final Interval NONE = new Interval(Double.NaN, Double.NaN);

    /** Whether there is an interval. */
    public boolean exists() {
        return !Double.isNaN(low);
    }
}
