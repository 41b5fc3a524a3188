package dev.ideal4j.eval.random;

import dev.ideal4j.core.InvalidInputException;
import java.util.Arrays;
import org.apache.commons.math3.random.MersenneTwister;

/** NumPy's global generator after {@code numpy.random.seed(seed)} (legacy {@code RandomState}). Not thread-safe. */
public final class NumpyRandom {
    private final MersenneTwister twister;

    /**
     * Makes a generator with a seed.
     *
     * @throws InvalidInputException if the seed is not in 0 ≤ seed &lt; 2³², as in NumPy
     */
    public NumpyRandom(long seed) {
        if (seed >>> 32 != 0) {
            throw new InvalidInputException("seed", Long.toString(seed), "0 to 4294967295");
        }
        twister = new MersenneTwister((int) seed);
    }

    /** The next 32 bits. */
    public int next32() {
        return twister.nextInt();
    }

    /** {@code choice(list, 1)[0]} of a list of n: a position from 0. If n = 1 it draws no random number. */
    public int choice(int n) {
        if (n < 1) {
            throw new InvalidInputException("choice", "an empty list", "at least one entry");
        }
        return upTo(n - 1);
    }

    /** {@code choice(list, m, replace=False)} of a list of n: m different positions, in drawn order. */
    public int[] choice(int n, int m) {
        if (m < 0 || m > n) {
            throw new InvalidInputException("choice", m + " of " + n, "0 to " + n);
        }
        int[] order = new int[n];
        for (int i = 0; i < n; i++) {
            order[i] = i;
        }
        for (int i = n - 1; i > 0; i--) {
            int j = upTo(i);
            int swapped = order[i];
            order[i] = order[j];
            order[j] = swapped;
        }
        return Arrays.copyOf(order, m);
    }

    private int upTo(int max) {
        if (max == 0) {
            return 0;
        }
        int mask = -1 >>> Integer.numberOfLeadingZeros(max);
        int drawn = twister.nextInt() & mask;
        while (drawn > max) {
            drawn = twister.nextInt() & mask;
        }
        return drawn;
    }
}
