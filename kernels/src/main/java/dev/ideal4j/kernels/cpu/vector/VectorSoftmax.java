package dev.ideal4j.kernels.cpu.vector;

import static dev.ideal4j.kernels.cpu.vector.Lanes.LANES;
import static dev.ideal4j.kernels.cpu.vector.VectorRows.load;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/** The softmax of attention's score blocks: a lane is a query, keys run down, so nothing crosses lanes. */
final class VectorSoftmax {
    private VectorSoftmax() {}

    static void step(float[] s, int so, int rows, int columns, float[] state, int to) {
        for (int j = 0; j < columns; j += LANES) {
            FloatVector old = load(state, to + j);
            FloatVector max = columnMax(s, so + j, rows, columns, old);
            max.intoArray(state, to + j);
            // A column of −∞ so far: any finite shift makes its powers 0.
            FloatVector shift = max.blend(0f, max.compare(VectorOperators.EQ, Float.NEGATIVE_INFINITY));
            FloatVector decay = VectorMath.exp2(old.sub(shift));
            decay.intoArray(state, to + 2 * columns + j);
            FloatVector sum = load(state, to + columns + j).mul(decay);
            powers(s, so + j, rows, columns, shift, sum).intoArray(state, to + columns + j);
        }
    }

    private static FloatVector columnMax(float[] s, int so, int rows, int columns, FloatVector start) {
        FloatVector max = start;
        for (int i = 0, at = so; i < rows; i++, at += columns) {
            max = Lanes.larger(max, load(s, at));
        }
        return max;
    }

    private static FloatVector powers(float[] s, int so, int rows, int columns, FloatVector shift, FloatVector start) {
        FloatVector sum = start;
        for (int i = 0, at = so; i < rows; i++, at += columns) {
            FloatVector power = VectorMath.exp2(load(s, at).sub(shift));
            power.intoArray(s, at);
            sum = sum.add(power);
        }
        return sum;
    }
}
