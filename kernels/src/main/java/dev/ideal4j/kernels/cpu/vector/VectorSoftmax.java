package dev.ideal4j.kernels.cpu.vector;

import static dev.ideal4j.kernels.cpu.vector.Lanes.LANES;
import static dev.ideal4j.kernels.cpu.vector.Lanes.SPECIES;
import static jdk.incubator.vector.FloatVector.fromArray;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/** The softmax of attention's score blocks: a lane is a query, keys run down, so nothing crosses lanes. */
final class VectorSoftmax {
    private VectorSoftmax() {}

    static void step(float[] s, int so, int rows, int columns, float[] state, int to) {
        int sum = to + columns;
        int decay = to + 2 * columns;
        int shift = to + 3 * columns;
        for (int j = 0; j < columns; j += LANES) {
            FloatVector old = fromArray(SPECIES, state, to + j);
            FloatVector max = old;
            for (int i = 0, at = so + j; i < rows; i++, at += columns) {
                FloatVector v = fromArray(SPECIES, s, at);
                max = max.blend(v, v.compare(VectorOperators.GT, max));
            }
            // A column of −∞ so far: any finite shift makes its powers 0.
            FloatVector level = max.blend(0f, max.compare(VectorOperators.EQ, Float.NEGATIVE_INFINITY));
            max.intoArray(state, to + j);
            level.intoArray(state, shift + j);
            old.intoArray(state, decay + j);
        }
        for (int j = 0; j < columns; j += LANES) {
            // Two rows of one column: the decay, and the sum that it shrinks.
            FloatVector.zero(SPECIES).intoArray(state, to + 4 * columns);
            VectorMath.powers(state, decay + j, 1, columns, state, shift + j, state, to + 4 * columns);
            fromArray(SPECIES, state, sum + j)
                    .mul(fromArray(SPECIES, state, decay + j))
                    .intoArray(state, sum + j);
            VectorMath.powers(s, so + j, rows, columns, state, shift + j, state, sum + j);
        }
    }
}
