package dev.ideal4j.eval.evaluate;

import java.util.List;
import java.util.Locale;
import java.util.stream.DoubleStream;
import org.apache.commons.math3.distribution.TDistribution;
import org.apache.commons.math3.stat.descriptive.SummaryStatistics;

/**
 * The spread of a value over seeds. Seeds with a value of NaN do not count.
 *
 * @param count number of seeds that count
 * @param mean the mean; NaN if no seed counts
 * @param low the smallest value
 * @param high the largest value
 * @param half half the width of the mean's 95 % confidence interval (Student's t); NaN with fewer than three values,
 *     because their interval is too wide to be useful
 */
public record Spread(long count, double mean, double low, double high, double half) {
    private static final int ENOUGH = 3;

    /** The spread of some values. */
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

    /** The spread as text: {@code ±0.0123}; for two values the smallest and the largest; empty for one value or none. */
    public String width() {
        return count < 2
                ? ""
                : count < ENOUGH
                        ? String.format(Locale.ROOT, "%.4f to %.4f", low, high)
                        : String.format(Locale.ROOT, "±%.4f", half);
    }

    /** The spread over seeds of a measure's mean over products. */
    public static Spread ofMeans(Results results, Measure measure) {
        return of(results.seeds().stream().mapToDouble(seed -> measure.mean(results.ofSeed(seed))));
    }

    /** The spread over seeds of a product's measure. */
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
