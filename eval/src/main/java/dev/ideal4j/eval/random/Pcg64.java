package dev.ideal4j.eval.random;

import dev.ideal4j.core.InvalidInputException;

/**
 * NumPy's {@code default_rng(seed)}: PCG64 (XSL-RR 128/64; O'Neill, "PCG", 2014) seeded through {@code SeedSequence}.
 * Not thread-safe.
 */
public final class Pcg64 {
    private static final long MULTIPLIER_HIGH = 0x2360ED051FC65DA4L;
    private static final long MULTIPLIER_LOW = 0x4385DF649FCCF645L;

    /** The generator's 128-bit state and increment, as two halves each. */
    private long high;

    private long low;
    private final long incrementHigh;
    private final long incrementLow;

    /** The upper half of a 64-bit output, if only its lower half was used. */
    private int spare;

    private boolean hasSpare;

    /** Makes a generator with a seed of 0 or more. */
    public Pcg64(long seed) {
        if (seed < 0) {
            throw new InvalidInputException("seed", Long.toString(seed), "0 or more");
        }
        int[] words = SeedSequence.words(seed, 8);
        long[] q = new long[4];
        for (int i = 0; i < 4; i++) {
            q[i] = words[2 * i] & 0xffffffffL | (long) words[2 * i + 1] << 32;
        }
        incrementHigh = q[2] << 1 | q[3] >>> 63;
        incrementLow = q[3] << 1 | 1;
        step();
        low += q[1];
        high += q[0] + (Long.compareUnsigned(low, q[1]) < 0 ? 1 : 0);
        step();
    }

    private void step() {
        long productHigh = unsignedMultiplyHigh(low, MULTIPLIER_LOW) + high * MULTIPLIER_LOW + low * MULTIPLIER_HIGH;
        low = low * MULTIPLIER_LOW + incrementLow;
        high = productHigh + incrementHigh + (Long.compareUnsigned(low, incrementLow) < 0 ? 1 : 0);
    }

    private static long unsignedMultiplyHigh(long a, long b) {
        return Math.multiplyHigh(a, b) + (a >> 63 & b) + (b >> 63 & a);
    }

    /** The next 64 bits. */
    public long next64() {
        step();
        return Long.rotateRight(high ^ low, (int) (high >>> 58));
    }

    /** The next 32 bits: the lower half of a 64-bit output, then its upper half. */
    public int next32() {
        if (hasSpare) {
            hasSpare = false;
            return spare;
        }
        long both = next64();
        spare = (int) (both >>> 32);
        hasSpare = true;
        return (int) both;
    }

    /** A number from 0 to {@code max}, both inclusive, with equal probabilities (Lemire's method). */
    long upTo(long max) {
        if (max == 0) {
            return 0;
        } else if (max == 0xffffffffL) {
            return next32() & 0xffffffffL;
        } else if (max > 0xffffffffL) {
            return wideUpTo(max);
        }
        long count = max + 1;
        long product = (next32() & 0xffffffffL) * count;
        if ((product & 0xffffffffL) < count) {
            long reject = (0xffffffffL - max) % count;
            while ((product & 0xffffffffL) < reject) {
                product = (next32() & 0xffffffffL) * count;
            }
        }
        return product >>> 32;
    }

    private long wideUpTo(long max) {
        long count = max + 1;
        long drawn = next64();
        long fraction = drawn * count;
        if (Long.compareUnsigned(fraction, count) < 0) {
            long reject = Long.remainderUnsigned(-1L - max, count);
            while (Long.compareUnsigned(fraction, reject) < 0) {
                drawn = next64();
                fraction = drawn * count;
            }
        }
        return unsignedMultiplyHigh(drawn, count);
    }

    /**
     * {@code choice(n, m, replace=False)}: m different numbers below n, in NumPy's order. Needs memory for m numbers, not
     * for n.
     */
    public long[] choice(long n, int m) {
        if (m < 0 || m > n) {
            throw new InvalidInputException("choice", m + " of " + n, "0 to " + n);
        }
        return n > 10_000 && m > n / 50 ? tailShuffle(n, m) : floyd(n, m);
    }

    /** The last entries of a Fisher–Yates shuffle of 0 … n−1. Only moved entries are stored. */
    private long[] tailShuffle(long n, int m) {
        SparseArray moved = new SparseArray(m);
        long[] drawn = new long[m];
        for (long i = n - 1; i >= n - m; i--) {
            long j = i == 0 ? 0 : upTo(i);
            long atI = moved.getOrDefault(i, i);
            drawn[(int) (i - (n - m))] = moved.getOrDefault(j, j);
            moved.put(j, atI);
        }
        return drawn;
    }

    /** Floyd's sampling, then a shuffle. */
    private long[] floyd(long n, int m) {
        SparseArray chosen = new SparseArray(m);
        long[] drawn = new long[m];
        for (int i = 0; i < m; i++) {
            long j = n - m + i;
            long value = upTo(j);
            if (chosen.getOrDefault(value, -1) >= 0) {
                value = j;
            }
            chosen.put(value, i);
            drawn[i] = value;
        }
        for (int i = m - 1; i > 0; i--) {
            int j = (int) upTo(i);
            long swapped = drawn[i];
            drawn[i] = drawn[j];
            drawn[j] = swapped;
        }
        return drawn;
    }
}
