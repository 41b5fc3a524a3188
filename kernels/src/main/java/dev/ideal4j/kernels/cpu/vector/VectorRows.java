package dev.ideal4j.kernels.cpu.vector;

import static dev.ideal4j.kernels.cpu.vector.Lanes.LANES;
import static dev.ideal4j.kernels.cpu.vector.Lanes.SPECIES;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/** Reductions of rows. Four independent sums hide the latency of an addition; what no vector fills is added last. */
final class VectorRows {
    private static final int STEP = 4 * LANES;

    private VectorRows() {}

    static float dot(float[] a, int ao, float[] b, int bo, int n) {
        FloatVector s0 = FloatVector.zero(SPECIES);
        FloatVector s1 = s0;
        FloatVector s2 = s0;
        FloatVector s3 = s0;
        int i = 0;
        for (; i + STEP <= n; i += STEP) {
            s0 = load(a, ao + i).fma(load(b, bo + i), s0);
            s1 = load(a, ao + i + LANES).fma(load(b, bo + i + LANES), s1);
            s2 = load(a, ao + i + 2 * LANES).fma(load(b, bo + i + 2 * LANES), s2);
            s3 = load(a, ao + i + 3 * LANES).fma(load(b, bo + i + 3 * LANES), s3);
        }
        for (; i + LANES <= n; i += LANES) {
            s0 = load(a, ao + i).fma(load(b, bo + i), s0);
        }
        float sum = Lanes.sum(s0.add(s2).add(s1.add(s3)));
        for (; i < n; i++) {
            sum = Math.fma(a[ao + i], b[bo + i], sum);
        }
        return sum;
    }

    static float sum(float[] x, int xo, int n) {
        FloatVector s0 = FloatVector.zero(SPECIES);
        FloatVector s1 = s0;
        int i = 0;
        for (; i + 2 * LANES <= n; i += 2 * LANES) {
            s0 = s0.add(load(x, xo + i));
            s1 = s1.add(load(x, xo + i + LANES));
        }
        for (; i + LANES <= n; i += LANES) {
            s0 = s0.add(load(x, xo + i));
        }
        float sum = Lanes.sum(s0.add(s1));
        for (; i < n; i++) {
            sum += x[xo + i];
        }
        return sum;
    }

    static float squares(float[] x, int xo, int n, float centre) {
        FloatVector s0 = FloatVector.zero(SPECIES);
        FloatVector s1 = s0;
        int i = 0;
        for (; i + 2 * LANES <= n; i += 2 * LANES) {
            FloatVector d0 = load(x, xo + i).sub(centre);
            FloatVector d1 = load(x, xo + i + LANES).sub(centre);
            s0 = d0.fma(d0, s0);
            s1 = d1.fma(d1, s1);
        }
        for (; i + LANES <= n; i += LANES) {
            FloatVector d0 = load(x, xo + i).sub(centre);
            s0 = d0.fma(d0, s0);
        }
        float sum = Lanes.sum(s0.add(s1));
        for (; i < n; i++) {
            float d = x[xo + i] - centre;
            sum = Math.fma(d, d, sum);
        }
        return sum;
    }

    static float squaredDifference(float[] a, int ao, float f, float[] b, int bo, float g, int n) {
        FloatVector s = FloatVector.zero(SPECIES);
        int i = 0;
        for (; i + LANES <= n; i += LANES) {
            FloatVector d = load(a, ao + i).mul(f).sub(load(b, bo + i).mul(g));
            s = d.fma(d, s);
        }
        float sum = Lanes.sum(s);
        for (; i < n; i++) {
            float d = a[ao + i] * f - b[bo + i] * g;
            sum = Math.fma(d, d, sum);
        }
        return sum;
    }

    static float max(float[] x, int xo, int n) {
        float max = Float.NEGATIVE_INFINITY;
        int i = 0;
        if (n >= LANES) {
            FloatVector m = FloatVector.broadcast(SPECIES, Float.NEGATIVE_INFINITY);
            for (; i + LANES <= n; i += LANES) {
                m = Lanes.larger(m, load(x, xo + i));
            }
            max = m.reduceLanes(VectorOperators.MAX);
        }
        for (; i < n; i++) {
            max = x[xo + i] > max ? x[xo + i] : max;
        }
        return max;
    }

    static int firstAbove(float[] x, int from, int to, float threshold) {
        int i = from;
        while (i + LANES <= to
                && !load(x, i).compare(VectorOperators.GT, threshold).anyTrue()) {
            i += LANES;
        }
        while (i < to && !(x[i] > threshold)) {
            i++;
        }
        return i;
    }

    /** Column by column of vectors, so that a sum stays in its register. */
    static void combine(int count, float[] rows, int ro, int stride, float[] f, int fo, float[] out, int oo, int n) {
        int j = 0;
        for (; j + 2 * LANES <= n; j += 2 * LANES) {
            FloatVector s0 = FloatVector.zero(SPECIES);
            FloatVector s1 = s0;
            for (int i = 0, at = ro + j; i < count; i++, at += stride) {
                FloatVector factor = FloatVector.broadcast(SPECIES, f[fo + i]);
                s0 = factor.fma(load(rows, at), s0);
                s1 = factor.fma(load(rows, at + LANES), s1);
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

    static FloatVector load(float[] x, int at) {
        return FloatVector.fromArray(SPECIES, x, at);
    }
}
