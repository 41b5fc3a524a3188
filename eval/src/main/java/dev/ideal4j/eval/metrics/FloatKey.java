package dev.ideal4j.eval.metrics;

/** Converts floats to 32-bit keys whose unsigned order is the order of the floats. Both zeros have the same key. */
final class FloatKey {
    private FloatKey() {}

    static int of(float value) {
        int bits = Float.floatToRawIntBits(value + 0f);
        return bits ^ (bits >> 31 | 0x80000000);
    }

    static float toFloat(int key) {
        return Float.intBitsToFloat(key ^ (~key >> 31 | 0x80000000));
    }
}
