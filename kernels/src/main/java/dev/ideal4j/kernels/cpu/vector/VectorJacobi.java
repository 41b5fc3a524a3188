package dev.ideal4j.kernels.cpu.vector;

import static dev.ideal4j.kernels.cpu.vector.Lanes.LANES;
import static dev.ideal4j.kernels.cpu.vector.Lanes.SPECIES;
import static dev.ideal4j.kernels.cpu.vector.VectorRows.load;

import dev.ideal4j.kernels.cpu.InnerLoops;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/**
 * Cyclic Jacobi on as many matrices as there are lanes: a lane is a matrix, so the rotations, scalar in one matrix, fill
 * the vector. A lane whose element is small already turns by an angle of 0, exactly as if it were alone.
 */
final class VectorJacobi {
    private VectorJacobi() {}

    static void solve(int n, float[] a, float[] v) {
        Arrays.fill(v, 0, n * n * LANES, 0);
        for (int i = 0; i < n; i++) {
            Arrays.fill(v, i * (n + 1) * LANES, (i * (n + 1) + 1) * LANES, 1);
        }
        for (int sweep = 0; sweep < InnerLoops.MAX_SWEEPS && sweep(n, a, v); sweep++) {
            // Sweeps until no lane turns.
        }
    }

    private static boolean sweep(int n, float[] a, float[] v) {
        boolean rotated = false;
        for (int p = 0; p < n - 1; p++) {
            for (int q = p + 1; q < n; q++) {
                FloatVector off = load(a, (p * n + q) * LANES);
                VectorMask<Float> turns = off.abs().compare(VectorOperators.GT, InnerLoops.OFF_DIAGONAL);
                if (turns.anyTrue()) {
                    rotate(n, a, v, p, q, off, turns);
                    rotated = true;
                }
            }
        }
        return rotated;
    }

    private static void rotate(int n, float[] a, float[] v, int p, int q, FloatVector off, VectorMask<Float> turns) {
        int pp = p * (n + 1) * LANES;
        int qq = q * (n + 1) * LANES;
        FloatVector gap = load(a, qq).sub(load(a, pp));
        FloatVector root = gap.fma(gap, off.mul(off).mul(4f)).sqrt();
        VectorMask<Float> negative = gap.compare(VectorOperators.LT, 0f);
        FloatVector t = off.mul(2f).div(gap.add(root.blend(root.neg(), negative)));
        t = FloatVector.zero(SPECIES).blend(t, turns);
        FloatVector c = FloatVector.broadcast(SPECIES, 1f)
                .div(t.fma(t, FloatVector.broadcast(SPECIES, 1f)).sqrt());
        FloatVector s = t.mul(c);
        FloatVector moved = t.mul(off);
        load(a, pp).sub(moved).intoArray(a, pp);
        load(a, qq).add(moved).intoArray(a, qq);
        off.blend(0f, turns).intoArray(a, (p * n + q) * LANES);
        turnMatrix(n, a, p, q, c, s);
        turnVectors(n, v, p * n * LANES, q * n * LANES, c, s);
    }

    /** Rows and columns p and q of the upper triangle. */
    private static void turnMatrix(int n, float[] a, int p, int q, FloatVector c, FloatVector s) {
        int row = n * LANES;
        for (int i = 0, x = p * LANES, y = q * LANES; i < p; i++, x += row, y += row) {
            turn(a, x, y, c, s);
        }
        for (int i = p + 1, x = (p * n + i) * LANES, y = (i * n + q) * LANES; i < q; i++, x += LANES, y += row) {
            turn(a, x, y, c, s);
        }
        for (int i = q + 1, x = (p * n + i) * LANES, y = (q * n + i) * LANES; i < n; i++, x += LANES, y += LANES) {
            turn(a, x, y, c, s);
        }
    }

    private static void turnVectors(int n, float[] v, int p, int q, FloatVector c, FloatVector s) {
        for (int i = 0; i < n * LANES; i += LANES) {
            turn(v, p + i, q + i, c, s);
        }
    }

    private static void turn(float[] m, int x, int y, FloatVector c, FloatVector s) {
        FloatVector mx = load(m, x);
        FloatVector my = load(m, y);
        c.mul(mx).sub(s.mul(my)).intoArray(m, x);
        s.fma(mx, c.mul(my)).intoArray(m, y);
    }
}
