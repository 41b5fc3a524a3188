package dev.ideal4j.core.ops;

import dev.ideal4j.core.InvalidInputException;

/**
 * Which elements of a tensor are dropped: decided by a hash of a seed and the element's position, so that every backend
 * drops the same ones, backward as forward, without storing them.
 *
 * @param seed chooses the elements
 * @param rate share that is dropped, 0 to below 1; 0 drops none
 */
public record Dropout(long seed, float rate) {
    /** Drops nothing. */
    public static final Dropout NONE = new Dropout(0, 0);

    /** Checks the rate. */
    public Dropout {
        if (!(rate >= 0 && rate < 1)) {
            throw new InvalidInputException("dropout rate", Float.toString(rate), "0 or more, and below 1");
        }
    }

    /** Whether nothing is dropped. */
    public boolean isNone() {
        return rate == 0;
    }

    /**
     * What element {@code position} is multiplied by: 0 when dropped, else {@code 1 / (1 − rate)}. The upper 24 bits of
     * SplitMix64's output at {@code seed + (position + 1) · golden gamma} against the rate.
     */
    public float factor(long position) {
        long z = seed + (position + 1) * 0x9E3779B97F4A7C15L;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        z ^= z >>> 31;
        return (z >>> 40) * 0x1p-24f < rate ? 0 : 1 / (1 - rate);
    }
}
