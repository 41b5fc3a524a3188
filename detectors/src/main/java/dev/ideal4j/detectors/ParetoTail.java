package dev.ideal4j.detectors;

/**
 * Quantiles of a distribution beyond its sample, from a generalised Pareto distribution. The excesses over the median are
 * assumed to be exponential. If m values above the median have the sum S of excesses, then the excess of the next value has
 * the shape 1/m and the scale S/m (the posterior predictive distribution under Jeffreys' prior). The shape accounts for the
 * uncertainty of a small m. The shape here is 1/(m − 1), because the scores of real images have heavier tails. Fitting the
 * shape itself, by probability-weighted moments, gave twice the intended false alarms at n = 8.
 */
final class ParetoTail {
    private ParetoTail() {}

    /**
     * The value that is exceeded with probability {@code rate}, but at least the largest value of the sample.
     *
     * @param sorted the sample, ascending, one or more; not modified
     * @param rate probability of exceedance, above 0 and below 1
     */
    static double quantile(double[] sorted, double rate) {
        int n = sorted.length;
        double largest = sorted[n - 1];
        double start = n % 2 == 1 ? sorted[n / 2] : (sorted[n / 2 - 1] + sorted[n / 2]) / 2;
        int count = n - (n + 1) / 2;
        double sum = 0;
        for (int i = n - count; i < n; i++) {
            sum += sorted[i] - start;
        }
        // The probability that the next of n + 1 exchangeable values is above the start.
        double above = (count + 0.5) / (n + 1);
        if (count == 0 || rate >= above) {
            return largest;
        }
        return Math.max(largest, start + sum * (Math.pow(rate / above, -1.0 / Math.max(1, count - 1)) - 1));
    }
}
