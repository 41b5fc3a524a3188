package dev.ideal4j.kernels.cpu.vector;

import static dev.ideal4j.kernels.cpu.vector.Lanes.LANES;
import static dev.ideal4j.kernels.cpu.vector.Lanes.SPECIES;
import static jdk.incubator.vector.FloatVector.broadcast;
import static jdk.incubator.vector.FloatVector.fromArray;
import static jdk.incubator.vector.VectorOperators.GT;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LT;

import dev.ideal4j.core.ops.Activation;
import dev.ideal4j.kernels.cpu.loops.Polynomials;
import jdk.incubator.vector.FloatVector;

/**
 * {@link Polynomials} for many numbers, with the errors stated there. Arrays are processed in whole vectors, so
 * {@code n} must be a multiple of the number of lanes. The power of two is applied as a factor, so that NaN stays NaN
 * whatever its bits are.
 */
final class VectorMath {
    private VectorMath() {}

    /** {@code out = e^(x − shift)}. */
    static void exp(float[] x, int xo, float shift, float[] out, int oo, int n) {
        for (int i = 0; i < n; i += LANES) {
            exp(fromArray(SPECIES, x, xo + i).sub(shift)).intoArray(out, oo + i);
        }
    }

    private static FloatVector exp(FloatVector d) {
        FloatVector t = d.mul(Polynomials.LOG2_E);
        FloatVector rounded = t.add(Polynomials.ROUND);
        FloatVector whole = rounded.sub(Polynomials.ROUND);
        // Two fused steps are needed because the power would magnify the rounding error of x·log₂e.
        FloatVector r = d.fma(broadcast(SPECIES, Polynomials.LOG2_E), whole.neg());
        r = d.fma(broadcast(SPECIES, Polynomials.LOG2_E_LOW), r);
        FloatVector p = broadcast(SPECIES, Polynomials.E6).fma(r, broadcast(SPECIES, Polynomials.E5));
        p = p.fma(r, broadcast(SPECIES, Polynomials.E4));
        p = p.fma(r, broadcast(SPECIES, Polynomials.E3));
        p = p.fma(r, broadcast(SPECIES, Polynomials.E2));
        p = p.fma(r, broadcast(SPECIES, Polynomials.E1));
        p = p.fma(r, broadcast(SPECIES, Polynomials.E0));
        FloatVector factor =
                rounded.reinterpretAsInts().add(127).lanewise(LSHL, 23).reinterpretAsFloats();
        return p.mul(factor)
                .blend(0f, t.compare(LT, Polynomials.LEAST_POWER))
                .blend(Float.POSITIVE_INFINITY, t.compare(GT, Polynomials.LARGEST_POWER));
    }

    /** {@code out = x / (1 + e^(−1.702·x))}. */
    static void quickGelu(float[] x, int xo, float[] out, int oo, int n) {
        for (int i = 0; i < n; i += LANES) {
            FloatVector v = fromArray(SPECIES, x, xo + i);
            v.div(exp(v.mul(-Activation.QUICK_GELU_SLOPE)).add(1f)).intoArray(out, oo + i);
        }
    }

    /**
     * Computes {@code x = 2^(x − shift)} down one vector of columns, with {@code stride} floats from row to row, and
     * adds the results to {@code sum}. The exponents are at most 0, so nothing overflows.
     */
    static void powers(float[] x, int xo, int rows, int stride, float[] shift, int shiftAt, float[] sum, int sumAt) {
        FloatVector level = fromArray(SPECIES, shift, shiftAt);
        FloatVector total = fromArray(SPECIES, sum, sumAt);
        for (int i = 0, at = xo; i < rows; i++, at += stride) {
            FloatVector t = fromArray(SPECIES, x, at).sub(level);
            FloatVector rounded = t.add(Polynomials.ROUND);
            FloatVector r = t.sub(rounded.sub(Polynomials.ROUND));
            FloatVector p = broadcast(SPECIES, Polynomials.E6).fma(r, broadcast(SPECIES, Polynomials.E5));
            p = p.fma(r, broadcast(SPECIES, Polynomials.E4));
            p = p.fma(r, broadcast(SPECIES, Polynomials.E3));
            p = p.fma(r, broadcast(SPECIES, Polynomials.E2));
            p = p.fma(r, broadcast(SPECIES, Polynomials.E1));
            p = p.fma(r, broadcast(SPECIES, Polynomials.E0));
            FloatVector factor =
                    rounded.reinterpretAsInts().add(127).lanewise(LSHL, 23).reinterpretAsFloats();
            FloatVector power = p.mul(factor).blend(0f, t.compare(LT, Polynomials.LEAST_POWER));
            power.intoArray(x, at);
            total = total.add(power);
        }
        total.intoArray(sum, sumAt);
    }

    /** {@code out = x·Φ(x)}. */
    static void gelu(float[] x, int xo, float[] out, int oo, int n) {
        for (int i = 0; i < n; i += LANES) {
            FloatVector v = fromArray(SPECIES, x, xo + i);
            v.mul(phi(v)).intoArray(out, oo + i);
        }
    }

    /** {@code out = (Φ(x) + x·φ(x))·g}. */
    static void geluGradient(float[] x, int xo, float[] g, int go, float[] out, int oo, int n) {
        for (int i = 0; i < n; i += LANES) {
            FloatVector v = fromArray(SPECIES, x, xo + i);
            FloatVector density = exp(v.mul(-0.5f).mul(v)).mul(Polynomials.DENSITY);
            v.mul(density).add(phi(v)).mul(fromArray(SPECIES, g, go + i)).intoArray(out, oo + i);
        }
    }

    private static FloatVector phi(FloatVector v) {
        FloatVector u = v.mul(v).fma(broadcast(SPECIES, Polynomials.GELU_SCALE), broadcast(SPECIES, -1f));
        FloatVector p = broadcast(SPECIES, Polynomials.G15).fma(u, broadcast(SPECIES, Polynomials.G14));
        p = p.fma(u, broadcast(SPECIES, Polynomials.G13));
        p = p.fma(u, broadcast(SPECIES, Polynomials.G12));
        p = p.fma(u, broadcast(SPECIES, Polynomials.G11));
        p = p.fma(u, broadcast(SPECIES, Polynomials.G10));
        p = p.fma(u, broadcast(SPECIES, Polynomials.G9));
        p = p.fma(u, broadcast(SPECIES, Polynomials.G8));
        p = p.fma(u, broadcast(SPECIES, Polynomials.G7));
        p = p.fma(u, broadcast(SPECIES, Polynomials.G6));
        p = p.fma(u, broadcast(SPECIES, Polynomials.G5));
        p = p.fma(u, broadcast(SPECIES, Polynomials.G4));
        p = p.fma(u, broadcast(SPECIES, Polynomials.G3));
        p = p.fma(u, broadcast(SPECIES, Polynomials.G2));
        p = p.fma(u, broadcast(SPECIES, Polynomials.G1));
        p = p.fma(u, broadcast(SPECIES, Polynomials.G0));
        return p.fma(v, broadcast(SPECIES, 0.5f))
                .blend(0f, v.compare(LT, -Polynomials.GELU_END))
                .blend(1f, v.compare(GT, Polynomials.GELU_END));
    }

    /** {@code e = e^−|x|}, {@code log = ln(1 + e)}. */
    static void logistic(float[] x, int xo, float[] e, int eo, float[] log, int lo, int n) {
        for (int i = 0; i < n; i += LANES) {
            FloatVector power = exp(fromArray(SPECIES, x, xo + i).abs().neg());
            power.intoArray(e, eo + i);
            FloatVector v = power.fma(broadcast(SPECIES, 2f), broadcast(SPECIES, -1f));
            FloatVector p = broadcast(SPECIES, Polynomials.L8).fma(v, broadcast(SPECIES, Polynomials.L7));
            p = p.fma(v, broadcast(SPECIES, Polynomials.L6));
            p = p.fma(v, broadcast(SPECIES, Polynomials.L5));
            p = p.fma(v, broadcast(SPECIES, Polynomials.L4));
            p = p.fma(v, broadcast(SPECIES, Polynomials.L3));
            p = p.fma(v, broadcast(SPECIES, Polynomials.L2));
            p = p.fma(v, broadcast(SPECIES, Polynomials.L1));
            p = p.fma(v, broadcast(SPECIES, Polynomials.L0));
            power.mul(p).intoArray(log, lo + i);
        }
    }

    static void relu(float[] x, int xo, float[] out, int oo, int n) {
        for (int i = 0; i < n; i += LANES) {
            FloatVector v = fromArray(SPECIES, x, xo + i);
            v.blend(0f, v.compare(LT, 0f)).intoArray(out, oo + i);
        }
    }

    /** {@code out = min(max(x, 0), 6)}. */
    static void relu6(float[] x, int xo, float[] out, int oo, int n) {
        for (int i = 0; i < n; i += LANES) {
            FloatVector v = fromArray(SPECIES, x, xo + i);
            v.blend(0f, v.compare(LT, 0f)).blend(6f, v.compare(GT, 6f)).intoArray(out, oo + i);
        }
    }
}
