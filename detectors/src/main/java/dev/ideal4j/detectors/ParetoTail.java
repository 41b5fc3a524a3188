package dev.ideal4j.detectors;

/** The tail of a distribution, beyond its sample: a generalised Pareto distribution fitted to the upper half. */
final class ParetoTail {
    /** Shapes beyond this are noise of small samples. */
    private static final double LARGEST_SHAPE = 0.5;

    private ParetoTail() {}

    /**
     * The value that a share {@code rate} of the distribution lies above, at least the largest of the sample.
     *
     * @param sorted the sample, ascending, one or more; not modified
     * @param rate above 0 and below 1
     */
    static double quantile(double[] sorted, double rate) {
        int n = sorted.length;
        double start = n % 2 == 1 ? sorted[n / 2] : (sorted[n / 2 - 1] + sorted[n / 2]) / 2;
        int first = (n + 1) / 2;
        int count = n - first;
        if (count < 1) {
            return sorted[n - 1];
        }
        // Probability-weighted moments of what exceeds the median (Hosking and Wallis 1987, plotting positions (i −
        // 0.35)/n).
        double mean = 0;
        double weighted = 0;
        for (int i = 0; i < count; i++) {
            double excess = sorted[first + i] - start;
            mean += excess / count;
            weighted += (1 - (i + 0.65) / count) * excess / count;
        }
        if (mean <= 0) {
            return sorted[n - 1];
        }
        double ratio = mean / (mean - 2 * weighted);
        double shape = Double.isFinite(ratio) && mean > 2 * weighted ? 2 - ratio : LARGEST_SHAPE;
        shape = Math.max(-LARGEST_SHAPE, Math.min(LARGEST_SHAPE, shape));
        double scale = mean * (1 - shape);
        double share = rate * n / count;
        if (share >= 1) {
            return sorted[n - 1];
        }
        double excess =
                Math.abs(shape) < 1e-9 ? -scale * Math.log(share) : scale / shape * (Math.pow(share, -shape) - 1);
        return Math.max(sorted[n - 1], start + excess);
    }
}
