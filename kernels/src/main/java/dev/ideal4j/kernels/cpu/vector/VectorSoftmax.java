package dev.ideal4j.kernels.cpu.vector;

import static dev.ideal4j.kernels.cpu.vector.Lanes.LANES;
import static dev.ideal4j.kernels.cpu.vector.Lanes.SPECIES;
import static jdk.incubator.vector.FloatVector.fromArray;
import static jdk.incubator.vector.VectorOperators.EQ;
import static jdk.incubator.vector.VectorOperators.GT;

import jdk.incubator.vector.FloatVector;

/** The softmax of attention's score blocks. A lane is a query and a row is a key, so no operation crosses lanes. */
final class VectorSoftmax {
    private VectorSoftmax() {}

    static void step(float[] s, int so, int rows, int columns, float[] state, int to) {
        int sum = to + columns;
        int decay = to + 2 * columns;
        int shift = to + 3 * columns;
        for (int j = 0; j < columns; j += LANES) {
            FloatVector old = fromArray(SPECIES, state, to + j);
            FloatVector max = old;
            FloatVector max1 = old;
            FloatVector max2 = old;
            FloatVector max3 = old;
            int i = 0;
            int at = so + j;
            for (; i + 4 <= rows; i += 4, at += 4 * columns) {
                FloatVector v = fromArray(SPECIES, s, at);
                FloatVector v1 = fromArray(SPECIES, s, at + columns);
                FloatVector v2 = fromArray(SPECIES, s, at + 2 * columns);
                FloatVector v3 = fromArray(SPECIES, s, at + 3 * columns);
                max = max.blend(v, v.compare(GT, max));
                max1 = max1.blend(v1, v1.compare(GT, max1));
                max2 = max2.blend(v2, v2.compare(GT, max2));
                max3 = max3.blend(v3, v3.compare(GT, max3));
            }
            for (; i < rows; i++, at += columns) {
                FloatVector v = fromArray(SPECIES, s, at);
                max = max.blend(v, v.compare(GT, max));
            }
            max = max.blend(max1, max1.compare(GT, max));
            max2 = max2.blend(max3, max3.compare(GT, max2));
            max = max.blend(max2, max2.compare(GT, max));
            // The column holds only −∞ so far. Any finite shift makes its powers 0.
            FloatVector level = max.blend(0f, max.compare(EQ, Float.NEGATIVE_INFINITY));
            max.intoArray(state, to + j);
            level.intoArray(state, shift + j);
            old.intoArray(state, decay + j);
        }
        for (int j = 0; j < columns; j += LANES) {
            // The decay is computed first, then the old sum is multiplied by it.
            FloatVector.zero(SPECIES).intoArray(state, to + 4 * columns);
            VectorMath.powers(state, decay + j, 1, columns, state, shift + j, state, to + 4 * columns);
            fromArray(SPECIES, state, sum + j)
                    .mul(fromArray(SPECIES, state, decay + j))
                    .intoArray(state, sum + j);
            VectorMath.powers(s, so + j, rows, columns, state, shift + j, state, sum + j);
        }
    }
}
