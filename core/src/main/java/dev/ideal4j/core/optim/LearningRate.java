package dev.ideal4j.core.optim;

import dev.ideal4j.core.InvalidInputException;
import java.util.Arrays;

/** The learning rate of each iteration. Iterations are counted from 0 over all epochs. */
@FunctionalInterface
public interface LearningRate {
    /** Returns the rate of iteration {@code t}. */
    double at(long t);

    /** Returns a constant schedule. */
    static LearningRate constant(double rate) {
        return t -> rate;
    }

    /**
     * Returns a schedule of linear warm-up and half a cosine (the published IDEAL schedule). The rate increases
     * linearly from f = 1 % of the peak to the peak during {@code warmup} iterations, both values inclusive. It is then
     * {@code f + ½(peak − f)(1 + cos(π (t − warmup)/(total − warmup)))}, and f after the end.
     *
     * @param peak highest rate
     * @param warmup number of warm-up iterations, 0 to total
     * @param total total number of iterations
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

    /** Returns the schedule {@code base · factorⁿ}, where n is the number of milestones that are at most t. */
    static LearningRate multiStep(double base, double factor, long... milestones) {
        long[] steps = milestones.clone();
        return t ->
                base * Math.pow(factor, Arrays.stream(steps).filter(m -> m <= t).count());
    }

    /** Returns the schedule {@code base · factor^⌊t / every⌋}. */
    static LearningRate step(double base, double factor, long every) {
        return t -> base * Math.pow(factor, (double) (t / every));
    }
}
