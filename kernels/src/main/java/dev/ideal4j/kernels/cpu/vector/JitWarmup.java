package dev.ideal4j.kernels.cpu.vector;

import static dev.ideal4j.kernels.cpu.vector.Lanes.LANES;
import static dev.ideal4j.kernels.cpu.vector.Lanes.SPECIES;
import static jdk.incubator.vector.FloatVector.broadcast;
import static jdk.incubator.vector.VectorOperators.GT;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LT;

import jdk.incubator.vector.FloatVector;

/**
 * Shows the JIT compiler all kinds of operators before any of them is hot.
 *
 * <p>Every operator of the Vector API passes through a few shared methods. If one loop alone runs for long, C2 compiles
 * these for the operators of that loop; a loop with others then fails their class checks a few times. Each failure is
 * counted once per operator that C2 inlines from then on, and beyond 100 in a loop (HotSpot's {@code PerMethodTrapLimit})
 * it does without such checks, no longer knows the class of the loop's vectors, and makes an object of each. An attention
 * after long products took twice its time for that, for the life of the JVM, in half of all runs.
 */
final class JitWarmup {
    /** Enough for the shared methods to be profiled, too few for C2 to look at them. */
    private static final int ROUNDS = 200;

    private JitWarmup() {}

    /** Costs some forty milliseconds. */
    static void make() {
        float[] values = new float[LANES];
        for (int round = 0; round < ROUNDS; round++) {
            FloatVector x = FloatVector.fromArray(SPECIES, values, 0);
            FloatVector y = broadcast(SPECIES, 1f);
            x = x.add(y).sub(y).mul(y).div(y).fma(y, y).neg().abs();
            x = x.blend(y, x.compare(GT, y)).blend(0f, x.compare(LT, 0f));
            x.reinterpretAsInts().add(1).lanewise(LSHL, 1).reinterpretAsFloats().intoArray(values, 0);
        }
    }
}
