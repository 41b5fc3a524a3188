package dev.ideal4j.kernels.cpu.vector;

import static dev.ideal4j.kernels.cpu.vector.Lanes.LANES;
import static dev.ideal4j.kernels.cpu.vector.Lanes.SPECIES;
import static jdk.incubator.vector.FloatVector.broadcast;
import static jdk.incubator.vector.FloatVector.fromArray;
import static jdk.incubator.vector.FloatVector.zero;

import dev.ideal4j.kernels.cpu.loops.InnerLoops;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Reductions of rows. Independent sums hide the latency of an addition. Elements that do not fill a vector are added
 * last.
 */
final class VectorRows {
    private VectorRows() {}

    static float dot(float[] a, int ao, float[] b, int bo, int n) {
        FloatVector s0 = zero(SPECIES);
        FloatVector s1 = zero(SPECIES);
        FloatVector s2 = zero(SPECIES);
        FloatVector s3 = zero(SPECIES);
        int i = 0;
        for (; i + 4 * LANES <= n; i += 4 * LANES) {
            s0 = fromArray(SPECIES, a, ao + i).fma(fromArray(SPECIES, b, bo + i), s0);
            s1 = fromArray(SPECIES, a, ao + i + LANES).fma(fromArray(SPECIES, b, bo + i + LANES), s1);
            s2 = fromArray(SPECIES, a, ao + i + 2 * LANES).fma(fromArray(SPECIES, b, bo + i + 2 * LANES), s2);
            s3 = fromArray(SPECIES, a, ao + i + 3 * LANES).fma(fromArray(SPECIES, b, bo + i + 3 * LANES), s3);
        }
        for (; i + LANES <= n; i += LANES) {
            s0 = fromArray(SPECIES, a, ao + i).fma(fromArray(SPECIES, b, bo + i), s0);
        }
        float[] lanes = new float[LANES];
        s0.add(s2).add(s1.add(s3)).intoArray(lanes, 0);
        float sum = Lanes.sum(lanes);
        for (; i < n; i++) {
            sum = Math.fma(a[ao + i], b[bo + i], sum);
        }
        return sum;
    }

    /** Processes four rows at a time, so that they share each load of y. */
    static void dots(int count, float[] rows, int ro, int stride, float[] y, int yo, int n, float[] out, int oo) {
        float[] lanes = new float[LANES];
        int row = 0;
        for (; row + 4 <= count; row += 4) {
            FloatVector s0 = zero(SPECIES);
            FloatVector s1 = zero(SPECIES);
            FloatVector s2 = zero(SPECIES);
            FloatVector s3 = zero(SPECIES);
            int at = ro + row * stride;
            int i = 0;
            for (; i + LANES <= n; i += LANES) {
                FloatVector v = fromArray(SPECIES, y, yo + i);
                s0 = v.fma(fromArray(SPECIES, rows, at + i), s0);
                s1 = v.fma(fromArray(SPECIES, rows, at + stride + i), s1);
                s2 = v.fma(fromArray(SPECIES, rows, at + 2 * stride + i), s2);
                s3 = v.fma(fromArray(SPECIES, rows, at + 3 * stride + i), s3);
            }
            s0.intoArray(lanes, 0);
            out[oo + row] = rest(Lanes.sum(lanes), rows, at + i, y, yo + i, n - i);
            s1.intoArray(lanes, 0);
            out[oo + row + 1] = rest(Lanes.sum(lanes), rows, at + stride + i, y, yo + i, n - i);
            s2.intoArray(lanes, 0);
            out[oo + row + 2] = rest(Lanes.sum(lanes), rows, at + 2 * stride + i, y, yo + i, n - i);
            s3.intoArray(lanes, 0);
            out[oo + row + 3] = rest(Lanes.sum(lanes), rows, at + 3 * stride + i, y, yo + i, n - i);
        }
        for (; row < count; row++) {
            out[oo + row] = dot(rows, ro + row * stride, y, yo, n);
        }
    }

    private static float rest(float sum, float[] a, int ao, float[] b, int bo, int n) {
        for (int i = 0; i < n; i++) {
            sum = Math.fma(a[ao + i], b[bo + i], sum);
        }
        return sum;
    }

    static float sum(float[] x, int xo, int n) {
        FloatVector s0 = zero(SPECIES);
        FloatVector s1 = zero(SPECIES);
        int i = 0;
        for (; i + 2 * LANES <= n; i += 2 * LANES) {
            s0 = s0.add(fromArray(SPECIES, x, xo + i));
            s1 = s1.add(fromArray(SPECIES, x, xo + i + LANES));
        }
        for (; i + LANES <= n; i += LANES) {
            s0 = s0.add(fromArray(SPECIES, x, xo + i));
        }
        float[] lanes = new float[LANES];
        s0.add(s1).intoArray(lanes, 0);
        float sum = Lanes.sum(lanes);
        for (; i < n; i++) {
            sum += x[xo + i];
        }
        return sum;
    }

    static float squares(float[] x, int xo, int n, float centre) {
        FloatVector s0 = zero(SPECIES);
        FloatVector s1 = zero(SPECIES);
        int i = 0;
        for (; i + 2 * LANES <= n; i += 2 * LANES) {
            FloatVector d0 = fromArray(SPECIES, x, xo + i).sub(centre);
            FloatVector d1 = fromArray(SPECIES, x, xo + i + LANES).sub(centre);
            s0 = d0.fma(d0, s0);
            s1 = d1.fma(d1, s1);
        }
        for (; i + LANES <= n; i += LANES) {
            FloatVector d = fromArray(SPECIES, x, xo + i).sub(centre);
            s0 = d.fma(d, s0);
        }
        float[] lanes = new float[LANES];
        s0.add(s1).intoArray(lanes, 0);
        float sum = Lanes.sum(lanes);
        for (; i < n; i++) {
            float d = x[xo + i] - centre;
            sum = Math.fma(d, d, sum);
        }
        return sum;
    }

    static float squaredDifference(float[] a, int ao, float f, float[] b, int bo, float g, int n) {
        FloatVector s = zero(SPECIES);
        int i = 0;
        for (; i + LANES <= n; i += LANES) {
            FloatVector d = fromArray(SPECIES, a, ao + i)
                    .mul(f)
                    .sub(fromArray(SPECIES, b, bo + i).mul(g));
            s = d.fma(d, s);
        }
        float[] lanes = new float[LANES];
        s.intoArray(lanes, 0);
        float sum = Lanes.sum(lanes);
        for (; i < n; i++) {
            float d = a[ao + i] * f - b[bo + i] * g;
            sum = Math.fma(d, d, sum);
        }
        return sum;
    }

    /** Uses comparison and selection, which ignores NaN and is cheaper than Java's maximum. */
    static float max(float[] x, int xo, int n) {
        FloatVector m = broadcast(SPECIES, Float.NEGATIVE_INFINITY);
        int i = 0;
        for (; i + LANES <= n; i += LANES) {
            FloatVector v = fromArray(SPECIES, x, xo + i);
            m = m.blend(v, v.compare(VectorOperators.GT, m));
        }
        float max = m.reduceLanes(VectorOperators.MAX);
        for (; i < n; i++) {
            max = x[xo + i] > max ? x[xo + i] : max;
        }
        return max;
    }

    static void groupMaxima(float[] x, int xo, int n, float[] maxima) {
        int groups = InnerLoops.GROUPS;
        int whole = n - n % groups;
        for (int j = 0; j < groups; j += LANES) {
            FloatVector max = FloatVector.broadcast(SPECIES, Float.NEGATIVE_INFINITY);
            for (int i = j; i < whole; i += groups) {
                FloatVector v = fromArray(SPECIES, x, xo + i);
                max = max.blend(v, v.compare(VectorOperators.GT, max));
            }
            max.intoArray(maxima, j);
        }
        for (int i = whole; i < n; i++) {
            if (x[xo + i] > maxima[i - whole]) {
                maxima[i - whole] = x[xo + i];
            }
        }
    }

    static int firstAbove(float[] x, int from, int to, float threshold) {
        int i = from;
        for (; i + LANES <= to; i += LANES) {
            int lane = fromArray(SPECIES, x, i)
                    .compare(VectorOperators.GT, threshold)
                    .firstTrue();
            if (lane < LANES) {
                return i + lane;
            }
        }
        while (i < to && !(x[i] > threshold)) {
            i++;
        }
        return i;
    }

    /** Processes two vectors of columns at a time, so that their sums stay in registers. */
    static void combine(int count, float[] rows, int ro, int stride, float[] f, int fo, float[] out, int oo, int n) {
        int j = 0;
        for (; j + 2 * LANES <= n; j += 2 * LANES) {
            FloatVector s0 = zero(SPECIES);
            FloatVector s1 = zero(SPECIES);
            for (int i = 0, at = ro + j; i < count; i++, at += stride) {
                FloatVector factor = broadcast(SPECIES, f[fo + i]);
                s0 = factor.fma(fromArray(SPECIES, rows, at), s0);
                s1 = factor.fma(fromArray(SPECIES, rows, at + LANES), s1);
            }
            s0.intoArray(out, oo + j);
            s1.intoArray(out, oo + j + LANES);
        }
        for (; j < n; j++) {
            float sum = 0;
            for (int i = 0; i < count; i++) {
                sum = Math.fma(f[fo + i], rows[ro + i * stride + j], sum);
            }
            out[oo + j] = sum;
        }
    }
}
