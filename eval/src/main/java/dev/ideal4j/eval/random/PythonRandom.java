package dev.ideal4j.eval.random;

import dev.ideal4j.core.InvalidInputException;
import java.util.HashSet;
import java.util.Set;
import org.apache.commons.math3.random.MersenneTwister;

/** Python's {@code random} module after {@code random.seed(seed)}, as in CPython 3.2 and later. Not thread-safe. */
public final class PythonRandom {
    private final MersenneTwister twister;

    /** Makes a generator with a seed. As in Python, the sign of the seed is ignored. */
    public PythonRandom(long seed) {
        long size = Math.abs(seed);
        twister = new MersenneTwister(
                size >>> 32 == 0 ? new int[] {(int) size} : new int[] {(int) size, (int) (size >>> 32)});
    }

    /** The next 32 bits, {@code getrandbits(32)}. */
    public int next32() {
        return twister.nextInt();
    }

    /** A number in [0, 1) of 53 random bits, {@code random.random()}. */
    public double nextDouble() {
        long high = twister.nextInt() >>> 5;
        long low = twister.nextInt() >>> 6;
        return (high * 0x1p26 + low) / 0x1p53;
    }

    /** {@code random.sample(range(n), m)}: m different positions below n, in drawn order. */
    public int[] sample(int n, int m) {
        if (m < 0 || m > n) {
            throw new InvalidInputException("sample size", Integer.toString(m), "0 to " + n);
        }
        int[] drawn = new int[m];
        if (n <= poolLimit(m)) {
            int[] pool = positions(n);
            for (int i = 0; i < m; i++) {
                int j = below(n - i);
                drawn[i] = pool[j];
                pool[j] = pool[n - i - 1];
            }
        } else {
            Set<Integer> seen = new HashSet<>();
            for (int i = 0; i < m; i++) {
                int j = below(n);
                while (!seen.add(j)) {
                    j = below(n);
                }
                drawn[i] = j;
            }
        }
        return drawn;
    }

    /** {@code random.choices(range(n), k=m)}: m positions below n, repeats allowed. */
    public int[] choices(int n, int m) {
        if (n < 1 || m < 0) {
            throw new InvalidInputException("choices", m + " of " + n, "0 or more of at least one");
        }
        int[] drawn = new int[m];
        for (int i = 0; i < m; i++) {
            drawn[i] = (int) (nextDouble() * n);
        }
        return drawn;
    }

    /** The largest population that is kept as a list. For a larger one, a set of the drawn positions is kept. */
    private static long poolLimit(int m) {
        long limit = 21;
        if (m > 5) {
            limit += 1L << 2 * (long) Math.ceil(Math.log(3.0 * m) / Math.log(4));
        }
        return limit;
    }

    private static int[] positions(int n) {
        int[] positions = new int[n];
        for (int i = 0; i < n; i++) {
            positions[i] = i;
        }
        return positions;
    }

    private int below(int n) {
        int bits = Integer.SIZE - Integer.numberOfLeadingZeros(n);
        int drawn = twister.nextInt() >>> Integer.SIZE - bits;
        while (drawn >= n) {
            drawn = twister.nextInt() >>> Integer.SIZE - bits;
        }
        return drawn;
    }
}
