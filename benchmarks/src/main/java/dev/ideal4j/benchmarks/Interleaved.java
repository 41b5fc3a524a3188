package dev.ideal4j.benchmarks;

import java.util.Arrays;

/**
 * Times several sides in turn, one run of each, so that whatever else the machine does falls on all. Before each timed run
 * its side runs untimed for a while, so that it finds its own data in the caches and its own threads awake, as in a service
 * that scores one image after another.
 *
 * @param rounds timed runs of each side
 */
record Interleaved(int rounds) {
    private static final int WARM_UP = 6;

    /** Short runs need more of them until the JVM has compiled the last of them. */
    private static final long WARM_UP_NANOS = 3_000_000_000L;

    /** Pause before the runs of a side, in which another side's threads stop spinning. */
    private static final long PAUSE_MILLIS = 150;

    private static final long UNTIMED_NANOS = 50_000_000;

    /** One side of a comparison: runs once and gives its result, or null. */
    @FunctionalInterface
    interface Side {
        float[] run() throws Exception;
    }

    /** Median milliseconds of each side. */
    double[] medians(Side... sides) throws Exception {
        for (Side side : sides) {
            long start = System.nanoTime();
            for (int i = 0; i < WARM_UP || System.nanoTime() - start < WARM_UP_NANOS; i++) {
                side.run();
            }
        }
        double[][] times = new double[sides.length][rounds];
        for (int round = 0; round < rounds; round++) {
            for (int i = 0; i < sides.length; i++) {
                times[i][round] = milliseconds(sides[i]);
            }
        }
        return Arrays.stream(times).mapToDouble(Interleaved::median).toArray();
    }

    /** Milliseconds of one run, after untimed ones. */
    double milliseconds(Side side) throws Exception {
        Thread.sleep(PAUSE_MILLIS);
        long untimed = System.nanoTime();
        do {
            side.run();
        } while (System.nanoTime() - untimed < UNTIMED_NANOS);
        long start = System.nanoTime();
        side.run();
        return (System.nanoTime() - start) / 1e6;
    }

    static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2;
    }

    /** Fails unless both give the same, but for {@code tolerance} of the largest value. */
    static void check(String what, Side ours, Side peer, double tolerance) throws Exception {
        float[] a = ours.run();
        float[] b = peer.run();
        double difference = a.length == b.length ? 0 : Double.NaN;
        double largest = 0;
        for (int i = 0; i < Math.min(a.length, b.length); i++) {
            difference = Math.max(difference, Math.abs((double) a[i] - b[i]));
            largest = Math.max(largest, Math.abs(b[i]));
        }
        if (!(difference <= tolerance * largest)) {
            throw new IllegalStateException(
                    what + ": results differ by " + difference / largest + ", at most " + tolerance);
        }
    }
}
