package dev.ideal4j.core.ops;

import dev.ideal4j.core.InvalidInputException;

/**
 * Selects the dropped elements of a tensor by a hash of a seed and the position of the element. Every backend therefore
 * drops the same elements, in the forward and backward pass, without storing them.
 *
 * @param seed chooses the elements
 * @param rate fraction of dropped elements, 0 (inclusive) to 1 (exclusive)
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
     * Returns the factor of element {@code position}: 0 if the element is dropped, otherwise {@code 1 / (1 − rate)}.
     * The upper 24 bits of SplitMix64's output at {@code seed + (position + 1) · golden gamma} are compared with the
     * rate.
     */
    public float factor(long position) {
        long z = seed + (position + 1) * 0x9E3779B97F4A7C15L;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        z ^= z >>> 31;
        return (z >>> 40) * 0x1p-24f < rate ? 0 : 1 / (1 - rate);
    }
}
