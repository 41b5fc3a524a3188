package dev.ideal4j.kernels.cpu.vector;

import static dev.ideal4j.kernels.cpu.vector.Lanes.LANES;
import static dev.ideal4j.kernels.cpu.vector.Lanes.SPECIES;
import static jdk.incubator.vector.FloatVector.broadcast;
import static jdk.incubator.vector.FloatVector.fromArray;

import dev.ideal4j.kernels.cpu.loops.InnerLoops;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;

/**
 * Cyclic Jacobi on as many matrices as there are lanes. Each lane holds a matrix, so rotations that are scalar in one
 * matrix fill the vector. A lane whose element is already small rotates by an angle of 0, so its result is the same as
 * if it were decomposed alone.
 */
final class VectorJacobi {
    private VectorJacobi() {}

    static void solve(int n, float[] a, float[] v) {
        Arrays.fill(v, 0, n * n * LANES, 0);
        for (int i = 0; i < n; i++) {
            Arrays.fill(v, i * (n + 1) * LANES, (i * (n + 1) + 1) * LANES, 1);
        }
        float[] turn = new float[2 * LANES];
        boolean turned = true;
        for (int sweep = 0; sweep < InnerLoops.MAX_SWEEPS && turned; sweep++) {
            turned = false;
            for (int p = 0; p < n - 1; p++) {
                for (int q = p + 1; q < n; q++) {
                    if (rotate(n, a, p, q, turn)) {
                        turnOthers(n, a, p, q, turn);
                        turn(v, p * n * LANES, LANES, q * n * LANES, LANES, n, turn);
                        turned = true;
                    }
                }
            }
        }
    }

    /**
     * Makes the elements (p, q) zero and stores cosine and sine in {@code turn}. Returns false if all these elements
     * are small already.
     */
    private static boolean rotate(int n, float[] a, int p, int q, float[] turn) {
        int pp = p * (n + 1) * LANES;
        int qq = q * (n + 1) * LANES;
        int pq = (p * n + q) * LANES;
        FloatVector off = fromArray(SPECIES, a, pq);
        VectorMask<Float> turns = off.abs().compare(VectorOperators.GT, InnerLoops.OFF_DIAGONAL);
        if (!turns.anyTrue()) {
            return false;
        }
        FloatVector gap = fromArray(SPECIES, a, qq).sub(fromArray(SPECIES, a, pp));
        FloatVector root = gap.fma(gap, off.mul(off).mul(4f)).sqrt();
        root = root.blend(root.neg(), gap.compare(VectorOperators.LT, 0f));
        FloatVector t = FloatVector.zero(SPECIES).blend(off.mul(2f).div(gap.add(root)), turns);
        FloatVector c =
                broadcast(SPECIES, 1f).div(t.fma(t, broadcast(SPECIES, 1f)).sqrt());
        c.intoArray(turn, 0);
        t.mul(c).intoArray(turn, LANES);
        FloatVector moved = t.mul(off);
        fromArray(SPECIES, a, pp).sub(moved).intoArray(a, pp);
        fromArray(SPECIES, a, qq).add(moved).intoArray(a, qq);
        off.blend(0f, turns).intoArray(a, pq);
        return true;
    }

    /** Rotates the remaining elements of rows and columns p and q in the upper triangle. */
    private static void turnOthers(int n, float[] a, int p, int q, float[] turn) {
        int row = n * LANES;
        turn(a, p * LANES, row, q * LANES, row, p, turn);
        turn(a, (p * n + p + 1) * LANES, LANES, ((p + 1) * n + q) * LANES, row, q - p - 1, turn);
        turn(a, (p * n + q + 1) * LANES, LANES, (q * n + q + 1) * LANES, LANES, n - q - 1, turn);
    }

    /** Rotates {@code count} pairs (x, y), each one step after the previous one, to (cx − sy, sx + cy). */
    private static void turn(float[] m, int xo, int xStep, int yo, int yStep, int count, float[] turn) {
        FloatVector c = fromArray(SPECIES, turn, 0);
        FloatVector s = fromArray(SPECIES, turn, LANES);
        for (int i = 0, x = xo, y = yo; i < count; i++, x += xStep, y += yStep) {
            FloatVector mx = fromArray(SPECIES, m, x);
            FloatVector my = fromArray(SPECIES, m, y);
            c.mul(mx).sub(s.mul(my)).intoArray(m, x);
            s.fma(mx, c.mul(my)).intoArray(m, y);
        }
    }
}
