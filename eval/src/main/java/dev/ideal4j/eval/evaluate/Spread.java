package dev.ideal4j.eval.evaluate;

import java.util.List;
import java.util.Locale;
import java.util.stream.DoubleStream;
import org.apache.commons.math3.distribution.TDistribution;
import org.apache.commons.math3.stat.descriptive.SummaryStatistics;

/**
 * A number over seeds; seeds where it is NaN do not count.
 *
 * @param count how many seeds count
 * @param mean its mean; NaN if no seed counts
 * @param low the least
 * @param high the largest
 * @param half half the width of the mean's 95 % confidence interval (Student's t); NaN with fewer than three values, from
 *     which no interval of use follows
 */
public record Spread(long count, double mean, double low, double high, double half) {
    private static final int ENOUGH = 3;

    /** Of some numbers. */
    public static Spread of(DoubleStream values) {
        SummaryStatistics statistics = new SummaryStatistics();
        values.filter(value -> !Double.isNaN(value)).forEach(statistics::addValue);
        long n = statistics.getN();
        double half = n < ENOUGH
                ? Double.NaN
                : new TDistribution(n - 1).inverseCumulativeProbability(0.975)
                        * statistics.getStandardDeviation()
                        / Math.sqrt(n);
        return new Spread(n, statistics.getMean(), statistics.getMin(), statistics.getMax(), half);
    }

    /** How far the numbers are apart: {@code ±0.0123}, of two the least and the largest; empty for one or none. */
    public String width() {
        return count < 2
                ? ""
                : count < ENOUGH
                        ? String.format(Locale.ROOT, "%.4f to %.4f", low, high)
                        : String.format(Locale.ROOT, "±%.4f", half);
    }

    /** A measure's mean over products, over seeds. */
    public static Spread ofMeans(Results results, Measure measure) {
        return of(results.seeds().stream().mapToDouble(seed -> measure.mean(results.ofSeed(seed))));
    }

    /** A product's measure, over seeds. */
    public static Spread ofProduct(Results results, String product, Measure measure) {
        return of(results.products().stream()
                .filter(result -> result.product().equals(product))
                .mapToDouble(measure::of));
    }

    /** The products of results, each once, in order. */
    public static List<String> products(Results results) {
        return results.products().stream()
                .map(ProductResult::product)
                .distinct()
                .toList();
    }
}
