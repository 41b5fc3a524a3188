package dev.ideal4j.core.optim;

import dev.ideal4j.core.InvalidInputException;
import java.util.Arrays;

/** The learning rate of each iteration, counted from 0 over all epochs. */
@FunctionalInterface
public interface LearningRate {
    /** Rate of iteration {@code t}. */
    double at(long t);

    /** Always the same. */
    static LearningRate constant(double rate) {
        return t -> rate;
    }

    /**
     * Linear warm-up, then half a cosine (the published IDEAL schedule): from 1 % of the peak up to it in {@code warmup}
     * equally spaced iterations, both ends included; then {@code f + ½(peak − f)(1 + cos(π (t − warmup)/(total −
     * warmup)))} with f = 1 % of the peak; f after the end.
     *
     * @param peak highest rate
     * @param warmup iterations of warm-up, 0 to total
     * @param total iterations in all
     */
    static LearningRate warmupCosine(double peak, long warmup, long total) {
        if (warmup < 0 || total < warmup) {
            throw new InvalidInputException("warm-up", warmup + " of " + total + " iterations", "0 to all of them");
        }
        double floor = 0.01 * peak;
        return t -> {
            if (t < warmup) {
                return warmup == 1 ? floor : floor + t * (peak - floor) / (warmup - 1);
            }
            if (t >= total) {
                return floor;
            }

            return floor + 0.5 * (peak - floor) * (1 + Math.cos(Math.PI * (t - warmup) / (total - warmup)));
        };
    }

    /** {@code base · factorⁿ}, n the number of milestones that are at most t. */
    static LearningRate multiStep(double base, double factor, long... milestones) {
        long[] steps = milestones.clone();
        return t ->
                base * Math.pow(factor, Arrays.stream(steps).filter(m -> m <= t).count());
    }

    /** {@code base · factor^⌊t / every⌋}. */
    static LearningRate step(double base, double factor, long every) {
        return t -> base * Math.pow(factor, (double) (t / every));
    }
}
