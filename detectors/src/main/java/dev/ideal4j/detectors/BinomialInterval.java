package dev.ideal4j.detectors;

import org.apache.commons.math3.distribution.BetaDistribution;

/**
 * The 95 % confidence interval of a share (Clopper and Pearson).
 *
 * @param low lower end, 0 to 1
 * @param high upper end, 0 to 1
 */
public record BinomialInterval(double low, double high) {
    private static final double TAIL = 0.025;

    /**
     * The interval for the success probability after some independent trials.
     *
     * @param hits number of successes, 0 to {@code trials}
     * @param trials number of trials, 0 or more; 0 gives the interval from 0 to 1
     */
    public static BinomialInterval of(int hits, int trials) {
        int others = trials - hits;
        return new BinomialInterval(
                hits == 0 ? 0 : new BetaDistribution(hits, others + 1).inverseCumulativeProbability(TAIL),
                others == 0 ? 1 : new BetaDistribution(hits + 1, others).inverseCumulativeProbability(1 - TAIL));
    }
}
