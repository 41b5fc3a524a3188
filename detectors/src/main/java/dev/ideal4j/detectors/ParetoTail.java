package dev.ideal4j.detectors;

/**
 * The tail of a distribution, beyond its sample: a generalised Pareto distribution. What exceeds the median is taken to be
 * exponential. Of m such values with the sum S, the next one is then distributed with the shape 1/m and the scale S/m (the
 * posterior predictive distribution under Jeffreys' prior): the shape stands for how little m values tell. It is 1/(m − 1)
 * here, because the scores of real images have heavier tails. Fitting the shape itself, by probability-weighted moments, gave
 * twice the promised false alarms at n = 8.
 */
final class ParetoTail {
    private ParetoTail() {}

    /**
     * The value that a share {@code rate} of the distribution lies above, at least the largest of the sample.
     *
     * @param sorted the sample, ascending, one or more; not modified
     * @param rate above 0 and below 1
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
        // Of n + 1 exchangeable values, the next one is above the start with this chance.
        double above = (count + 0.5) / (n + 1);
        if (count == 0 || rate >= above) {
            return largest;
        }
        return Math.max(largest, start + sum * (Math.pow(rate / above, -1.0 / Math.max(1, count - 1)) - 1));
    }
}
