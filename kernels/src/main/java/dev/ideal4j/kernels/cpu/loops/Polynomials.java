package dev.ideal4j.kernels.cpu.loops;

import dev.ideal4j.core.ops.Activation;

/**
 * The transcendental functions in float32. This class computes them for one number, and {@code vector.VectorMath} uses
 * the same algorithms for many. The coefficients are minimax fits (Remez) computed in multiple precision and rounded to
 * float32.
 */
public final class Polynomials {
    /** {@code 2^r} on [−½, ½], lowest power first. */
    public static final float E0 = 1f;

    public static final float E1 = 0x1.62e43p-1f;
    public static final float E2 = 0x1.ebfbdap-3f;
    public static final float E3 = 0x1.c6aed4p-5f;
    public static final float E4 = 0x1.3b2dbcp-7f;
    public static final float E5 = 0x1.5f456ap-10f;
    public static final float E6 = 0x1.41d336p-13f;

    /** {@code log₂ e} in two parts. */
    public static final float LOG2_E = 0x1.715476p0f;

    public static final float LOG2_E_LOW = 0x1.4ae0cp-26f;

    /**
     * Adding and then subtracting this constant rounds to the nearest integer. Between the two steps, the integer is in
     * the low bits of the number.
     */
    public static final float ROUND = 0x1.8p23f;

    /** The result is 0 below this exponent, so that no denormal numbers arise. */
    public static final float LEAST_POWER = -126f;

    /** The result is infinite above this exponent. */
    public static final float LARGEST_POWER = 128f;

    /**
     * {@code Φ(x) = ½ + x·p(x²·GELU_SCALE − 1)} for |x| up to GELU_END, and 0 or 1 beyond. Coefficients are listed
     * lowest power first.
     */
    public static final float GELU_END = 5.5f;

    public static final float GELU_SCALE = 0x1.0ecf56p-4f;
    public static final float G0 = 0x1.07463cp-3f;
    public static final float G1 = -0x1.06d992p-4f;
    public static final float G2 = 0x1.87111ep-5f;
    public static final float G3 = -0x1.3dca7ep-5f;
    public static final float G4 = 0x1.06b704p-5f;
    public static final float G5 = -0x1.aac286p-6f;
    public static final float G6 = 0x1.4db85cp-6f;
    public static final float G7 = -0x1.ebad78p-7f;
    public static final float G8 = 0x1.4eb106p-7f;
    public static final float G9 = -0x1.bdc698p-8f;
    public static final float G10 = 0x1.3072eap-8f;
    public static final float G11 = -0x1.40d5bep-9f;
    public static final float G12 = 0x1.6f164p-11f;
    public static final float G13 = -0x1.090d8ep-11f;
    public static final float G14 = 0x1.4e892ap-11f;
    public static final float G15 = -0x1.ff88ecp-13f;

    /** {@code 1/√(2π)}: the normal density at 0. */
    public static final float DENSITY = 0x1.988454p-2f;

    /** {@code ln(1 + e) = e·p(2e − 1)} on [0, 1], lowest power first. */
    public static final float L0 = 0x1.9f323ep-1f;

    public static final float L1 = -0x1.277388p-3f;
    public static final float L2 = 0x1.0f9550p-5f;
    public static final float L3 = -0x1.15589cp-7f;
    public static final float L4 = 0x1.2c1e2cp-9f;
    public static final float L5 = -0x1.4b6b06p-11f;
    public static final float L6 = 0x1.7b5356p-13f;
    public static final float L7 = -0x1.18f998p-14f;
    public static final float L8 = 0x1.584a66p-16f;

    private Polynomials() {}

    /**
     * Returns {@code 2^t}. The relative error is below 1e-7 from 2^−126 on, and the result is 0 below 2^−126. NaN gives
     * NaN.
     */
    public static float exp2(float t) {
        float rounded = t + ROUND;
        return exp2(t, rounded, t - (rounded - ROUND));
    }

    /**
     * Returns {@code e^x}. The relative error is below 1e-7 if the result is a normal number; smaller results are 0.
     * NaN gives NaN.
     */
    public static float exp(float x) {
        float t = x * LOG2_E;
        float rounded = t + ROUND;
        // The power would magnify the rounding error of x·log₂e, so the product is computed exactly.
        double exact = (double) x * LOG2_E + (double) x * LOG2_E_LOW;
        return exp2(t, rounded, (float) (exact - (rounded - ROUND)));
    }

    private static float exp2(float t, float rounded, float r) {
        if (t < LEAST_POWER) {
            return 0;
        }
        if (t > LARGEST_POWER) {
            return Float.POSITIVE_INFINITY;
        }
        float p = E6 * r + E5;
        p = p * r + E4;
        p = p * r + E3;
        p = p * r + E2;
        p = p * r + E1;
        p = p * r + E0;
        return p * Float.intBitsToFloat((Float.floatToRawIntBits(rounded) + 127) << 23);
    }

    /** Returns {@code x·Φ(x) = x·½(1 + erf(x/√2))}. The error of Φ is below 1e-7. NaN gives NaN. */
    public static float gelu(float x) {
        return x * phi(x);
    }

    private static float phi(float x) {
        if (Math.abs(x) > GELU_END) {
            return x > 0 ? 1 : 0;
        }
        float u = x * x * GELU_SCALE - 1;
        float p = G15 * u + G14;
        p = p * u + G13;
        p = p * u + G12;
        p = p * u + G11;
        p = p * u + G10;
        p = p * u + G9;
        p = p * u + G8;
        p = p * u + G7;
        p = p * u + G6;
        p = p * u + G5;
        p = p * u + G4;
        p = p * u + G3;
        p = p * u + G2;
        p = p * u + G1;
        p = p * u + G0;
        return x * p + 0.5f;
    }

    /** Returns {@code ln(1 + e)} for e in [0, 1] with a relative error below 3e-7. NaN gives NaN. */
    public static float log1p(float e) {
        float v = 2 * e - 1;
        float p = L8 * v + L7;
        p = p * v + L6;
        p = p * v + L5;
        p = p * v + L4;
        p = p * v + L3;
        p = p * v + L2;
        p = p * v + L1;
        p = p * v + L0;
        return e * p;
    }

    /** {@code f(x)}. */
    public static float activate(Activation f, float x) {
        return switch (f) {
            case NONE -> x;
            case GELU -> gelu(x);
            case RELU -> x < 0 ? 0 : x;
            case RELU6 -> x < 0 ? 0 : x > 6 ? 6 : x;
            case SIGMOID -> 1 / (1 + exp(-x));
            case QUICK_GELU -> x / (1 + exp(-Activation.QUICK_GELU_SLOPE * x));
        };
    }

    /** {@code x / (1 + e⁻ˣ)}. */
    public static float silu(float x) {
        return x / (1 + exp(-x));
    }

    /** {@code f′(x)}; ReLU and ReLU6 have slope 0 at their corners. */
    public static float slope(Activation f, float x) {
        return switch (f) {
            case NONE -> 1;
            case GELU -> phi(x) + x * (exp(-0.5f * x * x) * DENSITY);
            case RELU -> x > 0 ? 1 : 0;
            case RELU6 -> x > 0 && x < 6 ? 1 : 0;
            case SIGMOID -> sigmoidSlope(1 / (1 + exp(-x)));
            case QUICK_GELU -> quickGeluSlope(Activation.QUICK_GELU_SLOPE * x);
        };
    }

    private static float quickGeluSlope(float t) {
        return (1 + t / (1 + exp(t))) / (1 + exp(-t));
    }

    private static float sigmoidSlope(float y) {
        return y * (1 - y);
    }
}
