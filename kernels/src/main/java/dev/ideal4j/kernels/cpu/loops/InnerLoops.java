package dev.ideal4j.kernels.cpu.loops;

import dev.ideal4j.core.ops.Activation;

/**
 * The interface between the operations and the instruction set: the inner loops, which take most of the time.
 * {@link PlainLoops} is the readable version and {@code vector.VectorLoops} is the fast one. This interface is public
 * only because {@code VectorLoops} is in a package that is compiled separately.
 *
 * <p>Every {@code float[]} parameter is followed by the position of its first element. Every element of a result
 * depends only on the arguments and not on how far the JVM has compiled the loop, so results have the same bits in
 * every run.
 */
public interface InnerLoops {
    /** Returns a short human-readable description, for instance {@code Vector API, 512 bit}. */
    String description();

    /** Returns the number of rows of a tile of {@link #tile}. */
    int tileRows();

    /** Returns the number of columns of a tile of {@link #tile}. */
    int tileColumns();

    /** Returns the number of matrices that {@link #jacobi} decomposes at once. */
    int lanes();

    /**
     * Computes one tile {@code c = a b} or {@code c += a b} of a matrix product. The sum runs in the order of
     * {@code k}, so that a depth that is split into several calls gives the same bits.
     *
     * @param a {@code (depth, tileRows)}: a panel of rows, or some steps of it, packed by {@code gemm.Panels}
     * @param b {@code (depth, tileColumns)}: a panel of columns
     * @param c {@code (tileRows, tileColumns)} with {@code stride} between its rows
     * @param add whether to add to c instead of overwriting it
     */
    void tile(int depth, float[] a, int ao, float[] b, int bo, float[] c, int co, int stride, boolean add);

    /** Adds a row of {@link #tileColumns} elements to each of the {@code rows} rows at t. */
    void addToRows(float[] t, int to, int rows, float[] row, int ro);

    /**
     * Stores a finished tile into the result: {@code out = (t + bias)·scale + residual} for {@code rows} rows of
     * {@code columns} columns. Bias and scale are one row each. Bias, scale and residual may each be null.
     *
     * @param t {@code (rows, tileColumns)}; may be overwritten
     * @param residual its rows are {@code residualStride} apart; may be {@code out} itself
     * @param out its rows are {@code stride} apart
     */
    void finish(
            float[] t,
            int to,
            int rows,
            int columns,
            float[] bias,
            int bo,
            float[] scale,
            int so,
            float[] residual,
            int ro,
            int residualStride,
            float[] out,
            int oo,
            int stride);

    /** {@code Σ a·b}. */
    float dot(float[] a, int ao, float[] b, int bo, int n);

    /** {@code out[i] = Σ rows[i]·y} for {@code count} rows {@code stride} apart. */
    default void dots(int count, float[] rows, int ro, int stride, float[] y, int yo, int n, float[] out, int oo) {
        for (int i = 0; i < count; i++) {
            out[oo + i] = dot(rows, ro + i * stride, y, yo, n);
        }
    }

    /** {@code Σ x}. */
    float sum(float[] x, int xo, int n);

    /** {@code Σ (x − centre)²}. */
    float squares(float[] x, int xo, int n, float centre);

    /** {@code Σ (a·f − b·g)²}. */
    float squaredDifference(float[] a, int ao, float f, float[] b, int bo, float g, int n);

    /** Returns the largest element that is not NaN, or −∞ if there is none. */
    float max(float[] x, int xo, int n);

    /** Number of groups of {@link #groupMaxima}, a multiple of the number of lanes. */
    int GROUPS = 32;

    /**
     * Computes, for each group, the largest element that is not NaN, or −∞ if there is none. Element i belongs to group
     * i mod {@value #GROUPS}.
     */
    void groupMaxima(float[] x, int xo, int n, float[] maxima);

    /**
     * Returns the first position from {@code from} on whose element is above {@code threshold}, or {@code to} if there
     * is none.
     */
    int firstAbove(float[] x, int from, int to, float threshold);

    /** {@code out = x·f}. */
    void scale(float[] x, int xo, float f, float[] out, int oo, int n);

    /** {@code out = a + b}. */
    void add(float[] a, int ao, float[] b, int bo, float[] out, int oo, int n);

    /** {@code out = a·b}. */
    void multiply(float[] a, int ao, float[] b, int bo, float[] out, int oo, int n);

    /** {@code out = a·b + c}. */
    void multiplyAdd(float[] a, int ao, float[] b, int bo, float[] c, int co, float[] out, int oo, int n);

    /** {@code y = y + x·f}. */
    void axpy(float f, float[] x, int xo, float[] y, int yo, int n);

    /** {@code out = (x − mean)·f·gamma + beta}. */
    void standardize(
            float[] x,
            int xo,
            float mean,
            float f,
            float[] gamma,
            int go,
            float[] beta,
            int bo,
            float[] out,
            int oo,
            int n);

    /**
     * LayerNorm of each column: {@code out[i] = (x[i] − mean)·f·gamma[i] + beta[i]} with the column's mean and
     * {@code f = 1/√(variance + eps)}.
     *
     * @param x {@code (rows, tileColumns)}
     * @param gamma {@code (rows)}
     * @param beta {@code (rows)}
     * @param state {@code (2, tileColumns)}, working memory
     * @param out {@code (rows, tileColumns)}
     */
    void standardizeColumns(
            float[] x,
            int xo,
            int rows,
            float[] gamma,
            int go,
            float[] beta,
            int bo,
            float eps,
            float[] state,
            int so,
            float[] out,
            int oo);

    /** {@code out = (x − c)·f}. */
    void centre(float[] x, int xo, float[] c, int co, float f, float[] out, int oo, int n);

    /** {@code out = Σᵢ f[i]·rows[i]}, summed in the order of i, for {@code count} rows {@code stride} apart. */
    void combine(int count, float[] rows, int ro, int stride, float[] f, int fo, float[] out, int oo, int n);

    /** Computes {@code out = e^(x − shift)} and returns the sum of out. Errors are as in {@link Polynomials#exp}. */
    float expSum(float[] x, int xo, float shift, float[] out, int oo, int n);

    /** Computes {@code out = f(x)}. Errors are as in {@link Polynomials}. */
    void activate(Activation f, float[] x, int xo, float[] out, int oo, int n);

    /** Computes {@code out = f′(x)·g}; {@code out} may be g. */
    void activationGradient(Activation f, float[] x, int xo, float[] g, int go, float[] out, int oo, int n);

    /**
     * Computes {@code e = e^−|x|} and {@code log = ln(1 + e)}, from which callers compute the logistic function and its
     * logarithm. The bits of an element do not depend on its position.
     */
    void logistic(float[] x, int xo, float[] e, int eo, float[] log, int lo, int n);

    /** Computes {@code out = g / (1 + e⁻ᵍ) · u}; {@code out} must be neither g nor u. */
    void siluGate(float[] g, int go, float[] u, int uo, float[] out, int oo, int n);

    /**
     * Performs one step of the softmax over the rows of a block, column by column, in powers of two. With
     * {@code m′ = max(m, s)}: {@code decay = 2^(m − m′)}, {@code s = 2^(s − m′)}, {@code sum = sum·decay + Σ s},
     * {@code m = m′}.
     *
     * @param s {@code (rows, tileColumns)}, replaced by the powers
     * @param state {@code (5, tileColumns)}: m, sum, decay and two rows of working memory; m and sum start at −∞ and 0
     */
    void softmaxStep(float[] s, int so, int rows, float[] state, int to);

    /** Multiplies each of the {@code rows} rows at t by a row of {@link #tileColumns} elements. */
    void multiplyRows(float[] t, int to, int rows, float[] row, int ro);

    /**
     * Computes eigenvalues and eigenvectors of {@link #lanes} symmetric matrices at once by cyclic Jacobi rotations. It
     * makes at most {@value #MAX_SWEEPS} sweeps and stops when no off-diagonal element exceeds {@value #OFF_DIAGONAL}
     * in absolute value. The result for a matrix does not depend on the other matrices.
     *
     * @param n rows of each matrix
     * @param a {@code (n, n, lanes)}, with traces of at most 1; only the upper triangle is used; on return the
     *     eigenvalues are on the diagonal
     * @param v {@code (n, n, lanes)}: on return row i holds the eigenvector of the i-th eigenvalue
     */
    void jacobi(int n, float[] a, float[] v);

    /** See {@link #jacobi}. */
    int MAX_SWEEPS = 15;

    /** See {@link #jacobi}. */
    float OFF_DIAGONAL = 1e-9f;
}
