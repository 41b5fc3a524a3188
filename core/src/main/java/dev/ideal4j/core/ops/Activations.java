package dev.ideal4j.core.ops;

import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.Tensor;

/** Element-wise functions, and the softmax of rows. */
public final class Activations {
    private final Implementation implementation;

    /** The operations as a backend computes them. */
    public Activations(Implementation implementation) {
        this.implementation = implementation;
    }

    /**
     * SwiGLU's gate: {@code silu(g) · u}, with {@code silu(g) = g / (1 + e⁻ᵍ)}.
     *
     * @param gu {@code (r, 2c)}: per row g, then u
     * @param out {@code (r, c)}
     */
    public void siluGate(Tensor gu, Tensor out) {
        Checks.rows("out", out.shape(), gu.shape().rows(), gu.shape().last() / 2);
        Checks.width("gu", gu.shape(), 2 * out.shape().last());
        Checks.separate("out", out, gu);
        implementation.siluGate(gu, out);
    }

    /** Softmax of each row; {@code (r, c)}, {@code out} may be {@code x}. */
    public void softmax(Tensor x, Tensor out) {
        checkSame(x, out);
        implementation.softmax(x, out);
    }

    /** {@code f(x)} for each element; {@code out} may be {@code x}. */
    public void apply(Activation f, Tensor x, Tensor out) {
        checkSame(x, out);
        implementation.apply(f, x, out);
    }

    /** {@code dx = f′(x) · dOut} for each element, written; {@code dx} may be {@code dOut}. ReLU and ReLU6 have slope 0 at their corners. */
    public void gradient(Activation f, Tensor x, Tensor dOut, Tensor dx) {
        checkGradient(x, dOut, dx);
        implementation.gradient(f, x, dOut, dx);
    }

    /**
     * Gradient of {@link #softmax}, written: {@code dx = y ⊙ (dOut − ⟨y, dOut⟩)} for each row.
     *
     * @param y {@code (r, c)}, the result of the forward pass
     * @param dOut {@code (r, c)}
     * @param dx {@code (r, c)}; may be {@code dOut}
     */
    public void softmaxGradient(Tensor y, Tensor dOut, Tensor dx) {
        checkGradient(y, dOut, dx);
        implementation.softmaxGradient(y, dOut, dx);
    }

    /**
     * {@code out = a + factor · b}, element by element.
     *
     * @param a any shape
     * @param b of a size that divides a's; repeated
     * @param out of a's shape; may be {@code a}
     */
    public void add(Tensor a, float factor, Tensor b, Tensor out) {
        Checks.shape("out", out.shape(), a.shape().toArray());
        long repeated = b.shape().size();
        long size = a.shape().size();
        if (size > 0 && (repeated == 0 || size % repeated != 0)) {
            throw new InvalidInputException("b", repeated + " elements", "a divisor of " + size);
        }
        Checks.separateOrSame("out", out, a);
        Checks.separate("out", out, b);
        implementation.add(a, factor, b, out);
    }

    /** {@code out = factor · x}, element by element; {@code out} may be {@code x}. */
    public void scale(Tensor x, float factor, Tensor out) {
        checkSame(x, out);
        implementation.scale(x, factor, out);
    }

    /** {@code out = |x|}, element by element; {@code out} may be {@code x}. */
    public void absolute(Tensor x, Tensor out) {
        checkSame(x, out);
        implementation.absolute(x, out);
    }

    /**
     * Drops elements out: {@code out[i] = x[i] · dropout.factor(i)}; {@code out} may be {@code x}. The gradient is the
     * same operation.
     */
    public void dropout(Tensor x, Dropout dropout, Tensor out) {
        checkSame(x, out);
        implementation.dropout(x, dropout, out);
    }

    /** Checks for {@link #apply} and {@link #softmax}. */
    private static void checkSame(Tensor x, Tensor out) {
        Checks.shape("out", out.shape(), x.shape().toArray());
        Checks.separateOrSame("out", out, x);
    }

    /** Checks for {@link #gradient} and {@link #softmaxGradient}. */
    private static void checkGradient(Tensor x, Tensor dOut, Tensor dx) {
        Checks.shape("dOut", dOut.shape(), x.shape().toArray());
        Checks.shape("dx", dx.shape(), x.shape().toArray());
        Checks.separate("dx", dx, x);
        Checks.separateOrSame("dx", dx, dOut);
    }

    /** The same operations as a backend computes them; the arguments have been checked. */
    public interface Implementation {
        void siluGate(Tensor gu, Tensor out);

        void softmax(Tensor x, Tensor out);

        void apply(Activation f, Tensor x, Tensor out);

        void gradient(Activation f, Tensor x, Tensor dOut, Tensor dx);

        void softmaxGradient(Tensor y, Tensor dOut, Tensor dx);

        void add(Tensor a, float factor, Tensor b, Tensor out);

        void scale(Tensor x, float factor, Tensor out);

        void absolute(Tensor x, Tensor out);

        void dropout(Tensor x, Dropout dropout, Tensor out);
    }
}
