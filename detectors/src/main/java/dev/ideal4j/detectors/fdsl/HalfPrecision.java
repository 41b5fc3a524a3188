package dev.ideal4j.detectors.fdsl;

/** Rounding to IEEE half precision, ties to even. The published program stores its bank of windows in half precision. */
final class HalfPrecision {
    private static final float LEAST_NORMAL = 0x1p-14f;
    private static final float FIRST_BEYOND = 65520;

    private HalfPrecision() {}

    /** Rounds in place. */
    static void round(float[] values) {
        for (int i = 0; i < values.length; i++) {
            values[i] = round(values[i]);
        }
    }

    static float round(float value) {
        float size = Math.abs(value);
        if (size >= FIRST_BEYOND) {
            return Math.copySign(Float.POSITIVE_INFINITY, value);
        } else if (size < LEAST_NORMAL) {
            return (float) (Math.rint(value * 0x1p24) * 0x1p-24);
        } else if (Float.isNaN(value)) {
            return value;
        }
        int bits = Float.floatToRawIntBits(value);
        return Float.intBitsToFloat((bits + 0xFFF + ((bits >>> 13) & 1)) & ~0x1FFF);
    }
}
