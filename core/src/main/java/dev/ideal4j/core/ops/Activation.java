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
    SIGMOID
}
