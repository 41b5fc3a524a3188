package dev.ideal4j.core.ops;

/** An element-wise function. */
public enum Activation {
    /** The identity. */
    NONE,
    /** The exact GELU: {@code x·½(1 + erf(x/√2))}. */
    GELU,
    /** {@code max(x, 0)}. */
    RELU,
    /** {@code 1 / (1 + e⁻ˣ)}. */
    SIGMOID,
    /** The sigmoid approximation of GELU: {@code x / (1 + e^(−1.702·x))}. CLIP was trained with it. */
    QUICK_GELU,
    /** {@code min(max(x, 0), 6)}. */
    RELU6;

    /** Slope in the exponent of {@link #QUICK_GELU}. */
    public static final float QUICK_GELU_SLOPE = 1.702f;
}
