package dev.ideal4j.core.ops;

import dev.ideal4j.core.Tensor;

/** Element-wise functions, and the softmax of rows. */
public interface Activations {
    /** The exact GELU, {@code x·½(1 + erf(x/√2))}; {@code out} may be {@code x}. */
    void gelu(Tensor x, Tensor out);

    /**
     * SwiGLU's gate: {@code silu(g) · u}, with {@code silu(g) = g / (1 + e⁻ᵍ)}.
     *
     * @param gu {@code (r, 2c)}: per row g, then u
     * @param out {@code (r, c)}
     */
    void siluGate(Tensor gu, Tensor out);

    /** Softmax of each row; {@code (r, c)}, {@code out} may be {@code x}. */
    void softmax(Tensor x, Tensor out);

    /** Checks for {@link #gelu} and {@link #softmax}. */
    static void checkSame(Tensor x, Tensor out) {
        Checks.shape("out", out.shape(), x.shape().toArray());
        Checks.separateOrSame("out", out, x);
    }

    /** Checks for {@link #siluGate}. */
    static void checkSiluGate(Tensor gu, Tensor out) {
        Checks.rows("out", out.shape(), gu.shape().rows(), gu.shape().last() / 2);
        Checks.width("gu", gu.shape(), 2 * out.shape().last());
        Checks.separate("out", out, gu);
    }
}
