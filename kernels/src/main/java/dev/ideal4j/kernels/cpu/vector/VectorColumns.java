package dev.ideal4j.kernels.cpu.vector;

import static dev.ideal4j.kernels.cpu.vector.Lanes.LANES;
import static dev.ideal4j.kernels.cpu.vector.Lanes.SPECIES;
import static jdk.incubator.vector.FloatVector.broadcast;
import static jdk.incubator.vector.FloatVector.fromArray;
import static jdk.incubator.vector.FloatVector.zero;

import jdk.incubator.vector.FloatVector;

/** LayerNorm of the columns of a panel. A lane is a token, so no operation crosses lanes. */
final class VectorColumns {
    private VectorColumns() {}

    /**
     * Computes, for each column, the mean and the factor that standardises it. Four independent sums hide the latency
     * of an addition.
     */
    static void moments(float[] x, int xo, int rows, int columns, float eps, float[] state, int so) {
        for (int j = 0; j < columns; j += LANES) {
            FloatVector s0 = zero(SPECIES);
            FloatVector s1 = zero(SPECIES);
            FloatVector s2 = zero(SPECIES);
            FloatVector s3 = zero(SPECIES);
            int i = 0;
            int at = xo + j;
            for (; i + 4 <= rows; i += 4, at += 4 * columns) {
                s0 = s0.add(fromArray(SPECIES, x, at));
                s1 = s1.add(fromArray(SPECIES, x, at + columns));
                s2 = s2.add(fromArray(SPECIES, x, at + 2 * columns));
                s3 = s3.add(fromArray(SPECIES, x, at + 3 * columns));
            }
            for (; i < rows; i++, at += columns) {
                s0 = s0.add(fromArray(SPECIES, x, at));
            }
            FloatVector mean = s0.add(s2).add(s1.add(s3)).mul(1f / rows);
            mean.intoArray(state, so + j);
            s0 = zero(SPECIES);
            s1 = s0;
            s2 = s0;
            s3 = s0;
            i = 0;
            at = xo + j;
            for (; i + 4 <= rows; i += 4, at += 4 * columns) {
                FloatVector d0 = fromArray(SPECIES, x, at).sub(mean);
                FloatVector d1 = fromArray(SPECIES, x, at + columns).sub(mean);
                FloatVector d2 = fromArray(SPECIES, x, at + 2 * columns).sub(mean);
                FloatVector d3 = fromArray(SPECIES, x, at + 3 * columns).sub(mean);
                s0 = d0.fma(d0, s0);
                s1 = d1.fma(d1, s1);
                s2 = d2.fma(d2, s2);
                s3 = d3.fma(d3, s3);
            }
            for (; i < rows; i++, at += columns) {
                FloatVector d = fromArray(SPECIES, x, at).sub(mean);
                s0 = d.fma(d, s0);
            }
            s0.add(s2).add(s1.add(s3)).intoArray(state, so + columns + j);
        }
        for (int j = so + columns; j < so + 2 * columns; j++) {
            state[j] = (float) (1 / Math.sqrt((double) state[j] / rows + eps));
        }
    }

    static void standardize(
            float[] x,
            int xo,
            int rows,
            int columns,
            float[] gamma,
            int go,
            float[] beta,
            int bo,
            float[] state,
            int so,
            float[] out,
            int oo) {
        for (int j = 0; j < columns; j += LANES) {
            FloatVector mean = fromArray(SPECIES, state, so + j);
            FloatVector factor = fromArray(SPECIES, state, so + columns + j);
            for (int i = 0, at = j; i < rows; i++, at += columns) {
                fromArray(SPECIES, x, xo + at)
                        .sub(mean)
                        .mul(factor)
                        .fma(broadcast(SPECIES, gamma[go + i]), broadcast(SPECIES, beta[bo + i]))
                        .intoArray(out, oo + at);
            }
        }
    }
}
