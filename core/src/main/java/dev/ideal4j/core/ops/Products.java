package dev.ideal4j.core.ops;

import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Tensor;
import org.jspecify.annotations.Nullable;

/** Matrix products. Sums run in float32 (the reference: float64) in an order that depends on the shapes alone. */
public final class Products {
    /** {@link #orthonormalize} treats a row as dependent if at most this fraction of its norm remains. */
    public static final float DEPENDENCE = 1e-5f;

    private final Implementation implementation;

    /** The operations as a backend computes them. */
    public Products(Implementation implementation) {
        this.implementation = implementation;
    }

    /**
     * Packs a linear layer.
     *
     * @param weight {@code (out, in)}, as PyTorch stores it; not kept, not modified
     * @param bias {@code (out)}, or null for none
     * @param scope owner of the packed form
     */
    public PackedWeight pack(Tensor weight, @Nullable Tensor bias, Scope scope) {
        Checks.rank("weight", weight.shape(), 2);
        if (bias != null) {
            Checks.shape("bias", bias.shape(), weight.shape().axis(0));
        }
        return implementation.pack(weight, bias, scope);
    }

    /**
     * A linear layer: {@code out = epilogue(x Wᵀ + bias)}.
     *
     * @param x {@code (r, in)}
     * @param weight packed by this backend
     * @param out {@code (r, out)}; may be the epilogue's residual itself, not {@code x}
     */
    public void linear(Tensor x, PackedWeight weight, Epilogue epilogue, Tensor out) {
        Checks.width("x", x.shape(), weight.in());
        int rows = x.shape().rows();
        Checks.rows("out", out.shape(), rows, weight.out());
        Checks.separate("out", out, x);
        if (epilogue.scale() != null) {
            Checks.shape("scale", epilogue.scale().shape(), weight.out());
            Checks.separate("out", out, epilogue.scale());
        }
        if (epilogue.residual() != null) {
            Tensor residual = epilogue.residual();
            Checks.width("residual", residual.shape(), weight.out());
            int repeated = residual.shape().rows();
            if (rows > 0 && (repeated == 0 || rows % repeated != 0)) {
                throw new InvalidInputException("residual", repeated + " rows", "a divisor of " + rows);
            }
            Checks.separateOrSame("out", out, residual);
            if (repeated != rows) {
                Checks.separate("out", out, residual);
            }
        }
        implementation.linear(x, weight, epilogue, out);
    }

    /**
     * {@code out = a b}, per sample.
     *
     * @param a {@code (s, m, k)}, or {@code (m, k)} as one sample
     * @param b {@code (s, k, n)}, or {@code (k, n)} shared by all samples
     * @param out {@code (s, m, n)} or {@code (m, n)}
     */
    public void multiply(Tensor a, Tensor b, Tensor out) {
        checkMultiply(a, b, false, out);
        implementation.multiply(a, b, out);
    }

    /**
     * {@code out = a bᵀ}, per sample.
     *
     * @param a {@code (s, m, k)}, or {@code (m, k)} as one sample
     * @param b {@code (s, n, k)}, or {@code (n, k)} shared by all samples
     * @param out {@code (s, m, n)} or {@code (m, n)}
     */
    public void multiplyTransposed(Tensor a, Tensor b, Tensor out) {
        checkMultiply(a, b, true, out);
        implementation.multiplyTransposed(a, b, out);
    }

    /**
     * {@code out = aᵀ b}, per sample.
     *
     * @param a {@code (s, m, k)}, or {@code (m, k)}
     * @param b {@code (s, m, n)}, or {@code (m, n)}
     * @param out {@code (s, k, n)} or {@code (k, n)}
     */
    public void transposedMultiply(Tensor a, Tensor b, Tensor out) {
        int rank = a.shape().rank();
        if (rank != 2) {
            Checks.rank("a", a.shape(), 3);
        }
        Checks.rank("b", b.shape(), rank);
        int rows = a.shape().axis(-2);
        if (rank == 2) {
            Checks.shape("b", b.shape(), rows, b.shape().last());
            Checks.shape("out", out.shape(), a.shape().last(), b.shape().last());
        } else {
            int samples = a.shape().axis(0);
            Checks.shape("b", b.shape(), samples, rows, b.shape().last());
            Checks.shape(
                    "out", out.shape(), samples, a.shape().last(), b.shape().last());
        }
        Checks.separate("out", out, a);
        Checks.separate("out", out, b);
        implementation.transposedMultiply(a, b, out);
    }

    /**
     * Transposes each sample. The gradient is the same operation.
     *
     * @param x {@code (s, m, n)}
     * @param out {@code (s, n, m)}
     */
    public void transpose(Tensor x, Tensor out) {
        Checks.rank("x", x.shape(), 3);
        Checks.shape(
                "out",
                out.shape(),
                x.shape().axis(0),
                x.shape().axis(2),
                x.shape().axis(1));
        Checks.separate("out", out, x);
        implementation.transpose(x, out);
    }

    /**
     * Orthonormalises the rows of each sample in order (Gram–Schmidt, twice for stability). A row that is zero or
     * depends on earlier rows becomes zero. A row counts as dependent if the first subtraction of its projections onto
     * the earlier rows reduces its norm to {@link #DEPENDENCE} of the original or less. A row that is not finite
     * becomes NaN, and so do all later rows of its sample.
     *
     * @param x {@code (s, m, c)} or {@code (m, c)}
     * @param out same shape; may be {@code x}
     */
    public void orthonormalize(Tensor x, Tensor out) {
        if (x.shape().rank() != 2) {
            Checks.rank("x", x.shape(), 3);
        }
        Checks.shape("out", out.shape(), x.shape().toArray());
        Checks.separateOrSame("out", out, x);
        implementation.orthonormalize(x, out);
    }

    /** Checks for {@link #multiply} ({@code transposed} false) and {@link #multiplyTransposed} (true). */
    private static void checkMultiply(Tensor a, Tensor b, boolean transposed, Tensor out) {
        int rank = a.shape().rank();
        if (rank != 2 && rank != 3) {
            Checks.rank("a", a.shape(), 2);
        }
        if (b.shape().rank() != 2) {
            Checks.rank("b", b.shape(), rank);
            Checks.range(
                    "samples of b",
                    b.shape().axis(0),
                    a.shape().axis(0),
                    a.shape().axis(0));
        }
        int inner = b.shape().axis(transposed ? -1 : -2);
        Checks.width("a", a.shape(), inner);
        int width = b.shape().axis(transposed ? -2 : -1);
        if (rank == 2) {
            Checks.shape("out", out.shape(), a.shape().axis(0), width);
        } else {
            Checks.shape("out", out.shape(), a.shape().axis(0), a.shape().axis(1), width);
        }
        Checks.separate("out", out, a);
        Checks.separate("out", out, b);
    }

    /** The same operations as a backend computes them; the arguments have been checked. */
    public interface Implementation {
        PackedWeight pack(Tensor weight, @Nullable Tensor bias, Scope scope);

        void linear(Tensor x, PackedWeight weight, Epilogue epilogue, Tensor out);

        void multiply(Tensor a, Tensor b, Tensor out);

        void multiplyTransposed(Tensor a, Tensor b, Tensor out);

        void transposedMultiply(Tensor a, Tensor b, Tensor out);

        void transpose(Tensor x, Tensor out);

        void orthonormalize(Tensor x, Tensor out);
    }
}
