package dev.ideal4j.eval.random;

import java.util.Arrays;

/** Numbers at a few of very many positions: a hash table with open addressing and without boxed values. */
final class SparseArray {
    private static final long FREE = -1;

    private final long[] keys;
    private final long[] values;
    private final int shift;

    /** Makes an array for at most this number of positions. */
    SparseArray(int positions) {
        int bits = Math.max(2, Long.SIZE - Long.numberOfLeadingZeros(2L * positions));
        keys = new long[1 << bits];
        values = new long[1 << bits];
        shift = Long.SIZE - bits;
        Arrays.fill(keys, FREE);
    }

    long getOrDefault(long key, long otherwise) {
        int slot = slot(key);
        return keys[slot] == key ? values[slot] : otherwise;
    }

    void put(long key, long value) {
        int slot = slot(key);
        keys[slot] = key;
        values[slot] = value;
    }

    private int slot(long key) {
        int slot = (int) (key * 0x9E3779B97F4A7C15L >>> shift);
        while (keys[slot] != key && keys[slot] != FREE) {
            slot = slot + 1 & keys.length - 1;
        }
        return slot;
    }
}
