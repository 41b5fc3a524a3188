package dev.ideal4j.kernels.cpu.vector;

import static dev.ideal4j.kernels.cpu.vector.Lanes.LANES;
import static dev.ideal4j.kernels.cpu.vector.Lanes.SPECIES;
import static dev.ideal4j.kernels.cpu.vector.VectorRows.load;
import static jdk.incubator.vector.VectorOperators.GT;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LT;

import dev.ideal4j.kernels.cpu.Polynomials;
import jdk.incubator.vector.FloatVector;

/** {@link Polynomials} for a vector at a time; errors as stated there. */
final class VectorMath {
    private VectorMath() {}

    /** {@code 2^t}. */
    static FloatVector exp2(FloatVector t) {
        FloatVector rounded = t.add(Polynomials.ROUND);
        return exp2(t, rounded, t.sub(rounded.sub(Polynomials.ROUND)));
    }

    /** {@code e^x}. */
    static FloatVector exp(FloatVector x) {
        FloatVector t = x.mul(Polynomials.LOG2_E);
        FloatVector rounded = t.add(Polynomials.ROUND);
        FloatVector whole = rounded.sub(Polynomials.ROUND);
        FloatVector high = x.fma(vector(Polynomials.LOG2_E), whole.neg());
        return exp2(t, rounded, x.fma(vector(Polynomials.LOG2_E_LOW), high));
    }

    /** The exponent of {@code rounded} goes in as a factor, so that a NaN stays one whatever its bits. */
    private static FloatVector exp2(FloatVector t, FloatVector rounded, FloatVector r) {
        FloatVector p = vector(Polynomials.E6).fma(r, vector(Polynomials.E5));
        p = p.fma(r, vector(Polynomials.E4));
        p = p.fma(r, vector(Polynomials.E3));
        p = p.fma(r, vector(Polynomials.E2));
        p = p.fma(r, vector(Polynomials.E1));
        p = p.fma(r, vector(Polynomials.E0));
        FloatVector factor =
                rounded.reinterpretAsInts().add(127).lanewise(LSHL, 23).reinterpretAsFloats();
        return p.mul(factor)
                .blend(0f, t.compare(LT, Polynomials.LEAST_POWER))
                .blend(Float.POSITIVE_INFINITY, t.compare(GT, Polynomials.LARGEST_POWER));
    }

    /** {@code x·Φ(x)}. */
    static FloatVector gelu(FloatVector x) {
        FloatVector u = x.mul(x).fma(vector(Polynomials.GELU_SCALE), vector(-1f));
        FloatVector p = vector(Polynomials.G15).fma(u, vector(Polynomials.G14));
        p = p.fma(u, vector(Polynomials.G13));
        p = p.fma(u, vector(Polynomials.G12));
        p = p.fma(u, vector(Polynomials.G11));
        p = p.fma(u, vector(Polynomials.G10));
        p = p.fma(u, vector(Polynomials.G9));
        p = p.fma(u, vector(Polynomials.G8));
        p = p.fma(u, vector(Polynomials.G7));
        p = p.fma(u, vector(Polynomials.G6));
        p = p.fma(u, vector(Polynomials.G5));
        p = p.fma(u, vector(Polynomials.G4));
        p = p.fma(u, vector(Polynomials.G3));
        p = p.fma(u, vector(Polynomials.G2));
        p = p.fma(u, vector(Polynomials.G1));
        p = p.fma(u, vector(Polynomials.G0));
        FloatVector phi = p.fma(x, vector(0.5f))
                .blend(0f, x.compare(LT, -Polynomials.GELU_END))
                .blend(1f, x.compare(GT, Polynomials.GELU_END));
        return x.mul(phi);
    }

    /** {@code x / (1 + e⁻ˣ)}. */
    static FloatVector silu(FloatVector x) {
        return x.div(exp(x.neg()).add(1f));
    }

    static void gelu(float[] x, int xo, float[] out, int oo, int n) {
        for (int i = 0; i < n; i += LANES) {
            gelu(load(x, xo + i)).intoArray(out, oo + i);
        }
    }

    static void relu(float[] x, int xo, float[] out, int oo, int n) {
        for (int i = 0; i < n; i += LANES) {
            FloatVector value = load(x, xo + i);
            value.blend(0f, value.compare(LT, 0f)).intoArray(out, oo + i);
        }
    }

    static void sigmoid(float[] x, int xo, float[] out, int oo, int n) {
        for (int i = 0; i < n; i += LANES) {
            vector(1f).div(exp(load(x, xo + i).neg()).add(1f)).intoArray(out, oo + i);
        }
    }

    private static FloatVector vector(float value) {
        return FloatVector.broadcast(SPECIES, value);
    }
}
