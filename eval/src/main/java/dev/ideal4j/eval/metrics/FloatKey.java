package dev.ideal4j.eval.metrics;

/** Floats as 32-bit keys whose unsigned order is the floats' order; both zeros have one key. */
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
