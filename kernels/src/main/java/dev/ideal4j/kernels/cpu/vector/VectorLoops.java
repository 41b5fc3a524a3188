package dev.ideal4j.kernels.cpu.vector;

import static dev.ideal4j.kernels.cpu.vector.Lanes.LANES;
import static dev.ideal4j.kernels.cpu.vector.Lanes.SPECIES;
import static jdk.incubator.vector.FloatVector.fromArray;

import dev.ideal4j.core.ops.Activation;
import dev.ideal4j.kernels.cpu.loops.InnerLoops;
import dev.ideal4j.kernels.cpu.loops.Polynomials;
import jdk.incubator.vector.FloatVector;

/**
 * The inner loops on the Vector API. Most elements that do not fill a whole vector are computed one by one at the end
 * of a row. This class is found by reflection, see {@link dev.ideal4j.kernels.cpu.loops.VectorSupport}.
 */
public final class VectorLoops implements InnerLoops {
    /** AVX-512 and Arm have 32 vector registers. x86 with shorter vectors has 16. */
    private static final boolean MANY_REGISTERS =
            SPECIES.vectorBitSize() == 512 || System.getProperty("os.arch", "").equals("aarch64");

    private static final int COLUMNS = MANY_REGISTERS ? Tile8x3.COLUMNS : Tile6x2.COLUMNS;

    /** Called by reflection. */
    public VectorLoops() {
        JitWarmup.make();
    }

    @Override
    public String description() {
        return "Vector API, " + SPECIES.vectorBitSize() + " bit";
    }

    @Override
    public int tileRows() {
        return MANY_REGISTERS ? Tile8x3.ROWS : Tile6x2.ROWS;
    }

    @Override
    public int tileColumns() {
        return COLUMNS;
    }

    @Override
    public int lanes() {
        return LANES;
    }

    @Override
    public void tile(int depth, float[] a, int ao, float[] b, int bo, float[] c, int co, int stride, boolean add) {
        if (MANY_REGISTERS) {
            Tile8x3.tile(depth, a, ao, b, bo, c, co, stride, add);
        } else {
            Tile6x2.tile(depth, a, ao, b, bo, c, co, stride, add);
        }
    }

    @Override
    public void addToRows(float[] t, int to, int rows, float[] row, int ro) {
        for (int j = 0; j < COLUMNS; j += LANES) {
            FloatVector added = fromArray(SPECIES, row, ro + j);
            for (int i = 0, at = to + j; i < rows; i++, at += COLUMNS) {
                fromArray(SPECIES, t, at).add(added).intoArray(t, at);
            }
        }
    }

    @Override
    public void finish(
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
            int stride) {
        VectorTiles.finish(
                t, to, COLUMNS, rows, columns, bias, bo, scale, so, residual, ro, residualStride, out, oo, stride);
    }

    @Override
    public float dot(float[] a, int ao, float[] b, int bo, int n) {
        return VectorRows.dot(a, ao, b, bo, n);
    }

    @Override
    public void dots(int count, float[] rows, int ro, int stride, float[] y, int yo, int n, float[] out, int oo) {
        VectorRows.dots(count, rows, ro, stride, y, yo, n, out, oo);
    }

    @Override
    public float sum(float[] x, int xo, int n) {
        return VectorRows.sum(x, xo, n);
    }

    @Override
    public float squares(float[] x, int xo, int n, float centre) {
        return VectorRows.squares(x, xo, n, centre);
    }

    @Override
    public float squaredDifference(float[] a, int ao, float f, float[] b, int bo, float g, int n) {
        return VectorRows.squaredDifference(a, ao, f, b, bo, g, n);
    }

    @Override
    public float max(float[] x, int xo, int n) {
        return VectorRows.max(x, xo, n);
    }

    @Override
    public void groupMaxima(float[] x, int xo, int n, float[] maxima) {
        VectorRows.groupMaxima(x, xo, n, maxima);
    }

    @Override
    public int firstAbove(float[] x, int from, int to, float threshold) {
        return VectorRows.firstAbove(x, from, to, threshold);
    }

    @Override
    public void scale(float[] x, int xo, float f, float[] out, int oo, int n) {
        int i = 0;
        for (; i + LANES <= n; i += LANES) {
            fromArray(SPECIES, x, xo + i).mul(f).intoArray(out, oo + i);
        }
        for (; i < n; i++) {
            out[oo + i] = x[xo + i] * f;
        }
    }

    @Override
    public void add(float[] a, int ao, float[] b, int bo, float[] out, int oo, int n) {
        int i = 0;
        for (; i + LANES <= n; i += LANES) {
            fromArray(SPECIES, a, ao + i).add(fromArray(SPECIES, b, bo + i)).intoArray(out, oo + i);
        }
        for (; i < n; i++) {
            out[oo + i] = a[ao + i] + b[bo + i];
        }
    }

    @Override
    public void multiply(float[] a, int ao, float[] b, int bo, float[] out, int oo, int n) {
        int i = 0;
        for (; i + LANES <= n; i += LANES) {
            fromArray(SPECIES, a, ao + i).mul(fromArray(SPECIES, b, bo + i)).intoArray(out, oo + i);
        }
        for (; i < n; i++) {
            out[oo + i] = a[ao + i] * b[bo + i];
        }
    }

    @Override
    public void multiplyAdd(float[] a, int ao, float[] b, int bo, float[] c, int co, float[] out, int oo, int n) {
        int i = 0;
        for (; i + LANES <= n; i += LANES) {
            fromArray(SPECIES, a, ao + i)
                    .fma(fromArray(SPECIES, b, bo + i), fromArray(SPECIES, c, co + i))
                    .intoArray(out, oo + i);
        }
        for (; i < n; i++) {
            out[oo + i] = Math.fma(a[ao + i], b[bo + i], c[co + i]);
        }
    }

    @Override
    public void axpy(float f, float[] x, int xo, float[] y, int yo, int n) {
        FloatVector factor = FloatVector.broadcast(SPECIES, f);
        int i = 0;
        for (; i + LANES <= n; i += LANES) {
            fromArray(SPECIES, x, xo + i)
                    .fma(factor, fromArray(SPECIES, y, yo + i))
                    .intoArray(y, yo + i);
        }
        for (; i < n; i++) {
            y[yo + i] = Math.fma(x[xo + i], f, y[yo + i]);
        }
    }

    @Override
    public void standardize(
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
            int n) {
        int i = 0;
        for (; i + LANES <= n; i += LANES) {
            FloatVector unit = fromArray(SPECIES, x, xo + i).sub(mean).mul(f);
            unit.fma(fromArray(SPECIES, gamma, go + i), fromArray(SPECIES, beta, bo + i))
                    .intoArray(out, oo + i);
        }
        for (; i < n; i++) {
            out[oo + i] = Math.fma((x[xo + i] - mean) * f, gamma[go + i], beta[bo + i]);
        }
    }

    @Override
    public void standardizeColumns(
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
            int oo) {
        VectorColumns.moments(x, xo, rows, COLUMNS, eps, state, so);
        VectorColumns.standardize(x, xo, rows, COLUMNS, gamma, go, beta, bo, state, so, out, oo);
    }

    @Override
    public void centre(float[] x, int xo, float[] c, int co, float f, float[] out, int oo, int n) {
        int i = 0;
        for (; i + LANES <= n; i += LANES) {
            fromArray(SPECIES, x, xo + i)
                    .sub(fromArray(SPECIES, c, co + i))
                    .mul(f)
                    .intoArray(out, oo + i);
        }
        for (; i < n; i++) {
            out[oo + i] = (x[xo + i] - c[co + i]) * f;
        }
    }

    @Override
    public void combine(int count, float[] rows, int ro, int stride, float[] f, int fo, float[] out, int oo, int n) {
        VectorRows.combine(count, rows, ro, stride, f, fo, out, oo, n);
    }

    @Override
    public float expSum(float[] x, int xo, float shift, float[] out, int oo, int n) {
        int done = n - n % LANES;
        VectorMath.exp(x, xo, shift, out, oo, done);
        for (int i = done; i < n; i++) {
            out[oo + i] = Polynomials.exp(x[xo + i] - shift);
        }
        return VectorRows.sum(out, oo, n);
    }

    @Override
    public void activate(Activation f, float[] x, int xo, float[] out, int oo, int n) {
        int done = n - n % LANES;
        switch (f) {
            case NONE -> System.arraycopy(x, xo, out, oo, done);
            case GELU -> VectorMath.gelu(x, xo, out, oo, done);
            case RELU -> VectorMath.relu(x, xo, out, oo, done);
            case RELU6 -> VectorMath.relu6(x, xo, out, oo, done);
            case SIGMOID -> {
                onePlusExp(x, xo, out, oo, done);
                for (int i = 0; i < done; i += LANES) {
                    FloatVector.broadcast(SPECIES, 1f)
                            .div(fromArray(SPECIES, out, oo + i))
                            .intoArray(out, oo + i);
                }
            }
            case QUICK_GELU -> VectorMath.quickGelu(x, xo, out, oo, done);
            // A function without a vector form is computed element by element.
            default -> done = 0;
        }
        for (int i = done; i < n; i++) {
            out[oo + i] = Polynomials.activate(f, x[xo + i]);
        }
    }

    @Override
    public void activationGradient(Activation f, float[] x, int xo, float[] g, int go, float[] out, int oo, int n) {
        if (f == Activation.GELU) {
            int done = n - n % LANES;
            VectorMath.geluGradient(x, xo, g, go, out, oo, done);
            // The remaining elements are computed as a vector too, so that the bits of an element do not depend on its
            // position.
            float[] restX = rest(x, xo + done, n - done);
            float[] restG = rest(g, go + done, n - done);
            VectorMath.geluGradient(restX, 0, restG, 0, restX, 0, LANES);
            System.arraycopy(restX, 0, out, oo + done, n - done);
            return;
        }
        for (int i = 0; i < n; i++) {
            out[oo + i] = Polynomials.slope(f, x[xo + i]) * g[go + i];
        }
    }

    /** Returns an array of one vector that begins with {@code n} elements of x. */
    private static float[] rest(float[] x, int xo, int n) {
        float[] rest = new float[LANES];
        System.arraycopy(x, xo, rest, 0, n);
        return rest;
    }

    @Override
    public void logistic(float[] x, int xo, float[] e, int eo, float[] log, int lo, int n) {
        int done = n - n % LANES;
        VectorMath.logistic(x, xo, e, eo, log, lo, done);
        float[] rest = rest(x, xo + done, n - done);
        float[] restLog = new float[LANES];
        VectorMath.logistic(rest, 0, rest, 0, restLog, 0, LANES);
        System.arraycopy(rest, 0, e, eo + done, n - done);
        System.arraycopy(restLog, 0, log, lo + done, n - done);
    }

    @Override
    public void siluGate(float[] g, int go, float[] u, int uo, float[] out, int oo, int n) {
        int done = n - n % LANES;
        onePlusExp(g, go, out, oo, done);
        for (int i = 0; i < done; i += LANES) {
            fromArray(SPECIES, g, go + i)
                    .div(fromArray(SPECIES, out, oo + i))
                    .mul(fromArray(SPECIES, u, uo + i))
                    .intoArray(out, oo + i);
        }
        for (int i = done; i < n; i++) {
            out[oo + i] = Polynomials.silu(g[go + i]) * u[uo + i];
        }
    }

    /** Computes {@code out = 1 + e⁻ˣ} for whole vectors. */
    private static void onePlusExp(float[] x, int xo, float[] out, int oo, int n) {
        for (int i = 0; i < n; i += LANES) {
            fromArray(SPECIES, x, xo + i).neg().intoArray(out, oo + i);
        }
        VectorMath.exp(out, oo, 0, out, oo, n);
        for (int i = 0; i < n; i += LANES) {
            fromArray(SPECIES, out, oo + i).add(1f).intoArray(out, oo + i);
        }
    }

    @Override
    public void softmaxStep(float[] s, int so, int rows, float[] state, int to) {
        VectorSoftmax.step(s, so, rows, COLUMNS, state, to);
    }

    @Override
    public void multiplyRows(float[] t, int to, int rows, float[] row, int ro) {
        for (int j = 0; j < COLUMNS; j += LANES) {
            FloatVector factor = fromArray(SPECIES, row, ro + j);
            for (int i = 0, at = to + j; i < rows; i++, at += COLUMNS) {
                fromArray(SPECIES, t, at).mul(factor).intoArray(t, at);
            }
        }
    }

    @Override
    public void jacobi(int n, float[] a, float[] v) {
        VectorJacobi.solve(n, a, v);
    }
}
