package dev.ideal4j.kernels.cpu.loops;

import dev.ideal4j.core.ops.Activation;
import java.util.Arrays;

/** The inner loops without the Vector API, written so that the JIT compiler can vectorise most of them by itself. */
public final class PlainLoops implements InnerLoops {
    private static final int ROWS = 4;
    private static final int COLUMNS = 64;

    @Override
    public String description() {
        return "plain loops";
    }

    @Override
    public int tileRows() {
        return ROWS;
    }

    @Override
    public int tileColumns() {
        return COLUMNS;
    }

    @Override
    public int lanes() {
        return 1;
    }

    /**
     * Takes four steps of the depth at a time, so that a row of the tile is loaded and stored once for four products.
     */
    @Override
    public void tile(int depth, float[] a, int ao, float[] b, int bo, float[] c, int co, int stride, boolean add) {
        for (int row = 0; row < ROWS; row++) {
            int to = co + row * stride;
            if (!add) {
                Arrays.fill(c, to, to + COLUMNS, 0);
            }
            int k = 0;
            for (; k + 4 <= depth; k += 4) {
                int at = ao + k * ROWS + row;
                fourSteps(a[at], a[at + ROWS], a[at + 2 * ROWS], a[at + 3 * ROWS], b, bo + k * COLUMNS, c, to);
            }
            for (; k < depth; k++) {
                axpy(a[ao + k * ROWS + row], b, bo + k * COLUMNS, c, to, COLUMNS);
            }
        }
    }

    private static void fourSteps(float a0, float a1, float a2, float a3, float[] b, int bo, float[] c, int co) {
        for (int j = 0; j < COLUMNS; j++) {
            c[co + j] = c[co + j]
                    + a0 * b[bo + j]
                    + a1 * b[bo + COLUMNS + j]
                    + a2 * b[bo + 2 * COLUMNS + j]
                    + a3 * b[bo + 3 * COLUMNS + j];
        }
    }

    @Override
    public void addToRows(float[] t, int to, int rows, float[] row, int ro) {
        for (int i = 0; i < rows; i++) {
            add(t, to + i * COLUMNS, row, ro, t, to + i * COLUMNS, COLUMNS);
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
        for (int i = 0; i < rows; i++) {
            finish(
                    t,
                    to + i * COLUMNS,
                    columns,
                    bias,
                    bo,
                    scale,
                    so,
                    residual,
                    ro + i * residualStride,
                    out,
                    oo + i * stride);
        }
    }

    private void finish(
            float[] t,
            int to,
            int n,
            float[] bias,
            int bo,
            float[] scale,
            int so,
            float[] residual,
            int ro,
            float[] out,
            int oo) {
        if (bias != null) {
            add(t, to, bias, bo, t, to, n);
        }
        if (residual == null) {
            if (scale == null) {
                System.arraycopy(t, to, out, oo, n);
            } else {
                multiply(t, to, scale, so, out, oo, n);
            }
        } else if (scale == null) {
            add(t, to, residual, ro, out, oo, n);
        } else {
            multiplyAdd(t, to, scale, so, residual, ro, out, oo, n);
        }
    }

    @Override
    public float dot(float[] a, int ao, float[] b, int bo, int n) {
        float s0 = 0;
        float s1 = 0;
        float s2 = 0;
        float s3 = 0;
        int i = 0;
        for (; i + 4 <= n; i += 4) {
            s0 += a[ao + i] * b[bo + i];
            s1 += a[ao + i + 1] * b[bo + i + 1];
            s2 += a[ao + i + 2] * b[bo + i + 2];
            s3 += a[ao + i + 3] * b[bo + i + 3];
        }
        for (; i < n; i++) {
            s0 += a[ao + i] * b[bo + i];
        }
        return (s0 + s2) + (s1 + s3);
    }

    @Override
    public float sum(float[] x, int xo, int n) {
        float s0 = 0;
        float s1 = 0;
        float s2 = 0;
        float s3 = 0;
        int i = 0;
        for (; i + 4 <= n; i += 4) {
            s0 += x[xo + i];
            s1 += x[xo + i + 1];
            s2 += x[xo + i + 2];
            s3 += x[xo + i + 3];
        }
        for (; i < n; i++) {
            s0 += x[xo + i];
        }
        return (s0 + s2) + (s1 + s3);
    }

    @Override
    public float squares(float[] x, int xo, int n, float centre) {
        float even = 0;
        float odd = 0;
        int i = 0;
        for (; i + 2 <= n; i += 2) {
            float d0 = x[xo + i] - centre;
            float d1 = x[xo + i + 1] - centre;
            even += d0 * d0;
            odd += d1 * d1;
        }
        if (i < n) {
            even += (x[xo + i] - centre) * (x[xo + i] - centre);
        }
        return even + odd;
    }

    @Override
    public float squaredDifference(float[] a, int ao, float f, float[] b, int bo, float g, int n) {
        float s = 0;
        for (int i = 0; i < n; i++) {
            float d = a[ao + i] * f - b[bo + i] * g;
            s += d * d;
        }
        return s;
    }

    @Override
    public float max(float[] x, int xo, int n) {
        float max = Float.NEGATIVE_INFINITY;
        for (int i = 0; i < n; i++) {
            max = x[xo + i] > max ? x[xo + i] : max;
        }
        return max;
    }

    @Override
    public void groupMaxima(float[] x, int xo, int n, float[] maxima) {
        Arrays.fill(maxima, Float.NEGATIVE_INFINITY);
        for (int i = 0; i < n; i++) {
            float value = x[xo + i];
            if (value > maxima[i % GROUPS]) {
                maxima[i % GROUPS] = value;
            }
        }
    }

    @Override
    public int firstAbove(float[] x, int from, int to, float threshold) {
        int i = from;
        while (i < to && !(x[i] > threshold)) {
            i++;
        }
        return i;
    }

    @Override
    public void scale(float[] x, int xo, float f, float[] out, int oo, int n) {
        for (int i = 0; i < n; i++) {
            out[oo + i] = x[xo + i] * f;
        }
    }

    @Override
    public void add(float[] a, int ao, float[] b, int bo, float[] out, int oo, int n) {
        for (int i = 0; i < n; i++) {
            out[oo + i] = a[ao + i] + b[bo + i];
        }
    }

    @Override
    public void multiply(float[] a, int ao, float[] b, int bo, float[] out, int oo, int n) {
        for (int i = 0; i < n; i++) {
            out[oo + i] = a[ao + i] * b[bo + i];
        }
    }

    @Override
    public void multiplyAdd(float[] a, int ao, float[] b, int bo, float[] c, int co, float[] out, int oo, int n) {
        for (int i = 0; i < n; i++) {
            out[oo + i] = a[ao + i] * b[bo + i] + c[co + i];
        }
    }

    @Override
    public void axpy(float f, float[] x, int xo, float[] y, int yo, int n) {
        for (int i = 0; i < n; i++) {
            y[yo + i] += x[xo + i] * f;
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
        for (int i = 0; i < n; i++) {
            out[oo + i] = (x[xo + i] - mean) * f * gamma[go + i] + beta[bo + i];
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
        int columns = tileColumns();
        for (int j = 0; j < columns; j++) {
            float sum = 0;
            for (int i = 0; i < rows; i++) {
                sum += x[xo + i * columns + j];
            }
            float mean = sum / rows;
            float squares = 0;
            for (int i = 0; i < rows; i++) {
                float d = x[xo + i * columns + j] - mean;
                squares += d * d;
            }
            state[so + j] = mean;
            state[so + columns + j] = (float) (1 / Math.sqrt((double) squares / rows + eps));
        }
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < columns; j++) {
                int at = i * columns + j;
                out[oo + at] = (x[xo + at] - state[so + j]) * state[so + columns + j] * gamma[go + i] + beta[bo + i];
            }
        }
    }

    @Override
    public void centre(float[] x, int xo, float[] c, int co, float f, float[] out, int oo, int n) {
        for (int i = 0; i < n; i++) {
            out[oo + i] = (x[xo + i] - c[co + i]) * f;
        }
    }

    @Override
    public void combine(int count, float[] rows, int ro, int stride, float[] f, int fo, float[] out, int oo, int n) {
        Arrays.fill(out, oo, oo + n, 0);
        for (int i = 0; i < count; i++) {
            axpy(f[fo + i], rows, ro + i * stride, out, oo, n);
        }
    }

    @Override
    public float expSum(float[] x, int xo, float shift, float[] out, int oo, int n) {
        float sum = 0;
        for (int i = 0; i < n; i++) {
            float e = Polynomials.exp(x[xo + i] - shift);
            out[oo + i] = e;
            sum += e;
        }
        return sum;
    }

    @Override
    public void activate(Activation f, float[] x, int xo, float[] out, int oo, int n) {
        for (int i = 0; i < n; i++) {
            out[oo + i] = Polynomials.activate(f, x[xo + i]);
        }
    }

    @Override
    public void activationGradient(Activation f, float[] x, int xo, float[] g, int go, float[] out, int oo, int n) {
        for (int i = 0; i < n; i++) {
            out[oo + i] = Polynomials.slope(f, x[xo + i]) * g[go + i];
        }
    }

    @Override
    public void logistic(float[] x, int xo, float[] e, int eo, float[] log, int lo, int n) {
        for (int i = 0; i < n; i++) {
            float power = Polynomials.exp(-Math.abs(x[xo + i]));
            e[eo + i] = power;
            log[lo + i] = Polynomials.log1p(power);
        }
    }

    @Override
    public void siluGate(float[] g, int go, float[] u, int uo, float[] out, int oo, int n) {
        for (int i = 0; i < n; i++) {
            out[oo + i] = Polynomials.silu(g[go + i]) * u[uo + i];
        }
    }

    @Override
    public void softmaxStep(float[] s, int so, int rows, float[] state, int to) {
        for (int j = 0; j < COLUMNS; j++) {
            float old = state[to + j];
            float max = old;
            for (int i = 0; i < rows; i++) {
                float value = s[so + i * COLUMNS + j];
                max = value > max ? value : max;
            }
            // The column holds only −∞ so far. Any finite shift makes its powers 0.
            float shift = max == Float.NEGATIVE_INFINITY ? 0 : max;
            float decay = Polynomials.exp2(old - shift);
            float sum = state[to + COLUMNS + j] * decay;
            for (int i = 0; i < rows; i++) {
                float power = Polynomials.exp2(s[so + i * COLUMNS + j] - shift);
                s[so + i * COLUMNS + j] = power;
                sum += power;
            }
            state[to + j] = max;
            state[to + COLUMNS + j] = sum;
            state[to + 2 * COLUMNS + j] = decay;
        }
    }

    @Override
    public void multiplyRows(float[] t, int to, int rows, float[] row, int ro) {
        for (int i = 0; i < rows; i++) {
            multiply(t, to + i * COLUMNS, row, ro, t, to + i * COLUMNS, COLUMNS);
        }
    }

    @Override
    public void jacobi(int n, float[] a, float[] v) {
        Arrays.fill(v, 0, n * n, 0);
        for (int i = 0; i < n; i++) {
            v[i * n + i] = 1;
        }
        boolean rotated = true;
        for (int sweep = 0; sweep < MAX_SWEEPS && rotated; sweep++) {
            rotated = false;
            for (int p = 0; p < n - 1; p++) {
                for (int q = p + 1; q < n; q++) {
                    if (Math.abs(a[p * n + q]) > OFF_DIAGONAL) {
                        rotate(n, a, v, p, q);
                        rotated = true;
                    }
                }
            }
        }
    }

    private static void rotate(int n, float[] a, float[] v, int p, int q) {
        float off = a[p * n + q];
        float gap = a[q * n + q] - a[p * n + p];
        float root = (float) Math.sqrt(gap * gap + 4 * off * off);
        float t = 2 * off / (gap < 0 ? gap - root : gap + root);
        float c = 1 / (float) Math.sqrt(t * t + 1);
        float s = t * c;
        a[p * n + p] -= t * off;
        a[q * n + q] += t * off;
        a[p * n + q] = 0;
        for (int i = 0; i < n; i++) {
            if (i != p && i != q) {
                turn(a, Math.min(i, p) * n + Math.max(i, p), Math.min(i, q) * n + Math.max(i, q), c, s);
            }
            turn(v, p * n + i, q * n + i, c, s);
        }
    }

    private static void turn(float[] x, int p, int q, float c, float s) {
        float xp = x[p];
        float xq = x[q];
        x[p] = c * xp - s * xq;
        x[q] = s * xp + c * xq;
    }
}
