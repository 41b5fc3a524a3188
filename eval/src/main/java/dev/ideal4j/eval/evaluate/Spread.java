package dev.ideal4j.eval.evaluate;

import java.util.List;
import java.util.stream.DoubleStream;
import org.apache.commons.math3.distribution.TDistribution;
import org.apache.commons.math3.stat.descriptive.SummaryStatistics;

/**
 * A number over seeds.
 *
 * @param mean its mean, NaN left out
 * @param half half the width of the mean's 95 % confidence interval (Student's t); NaN with fewer than two values
 */
public record Spread(double mean, double half) {
    /** Of some numbers. */
    public static Spread of(DoubleStream values) {
        SummaryStatistics statistics = new SummaryStatistics();
        values.filter(value -> !Double.isNaN(value)).forEach(statistics::addValue);
        long n = statistics.getN();
        double half = n < 2
                ? Double.NaN
                : new TDistribution(n - 1).inverseCumulativeProbability(0.975)
                        * statistics.getStandardDeviation()
                        / Math.sqrt(n);
        return new Spread(statistics.getMean(), half);
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
