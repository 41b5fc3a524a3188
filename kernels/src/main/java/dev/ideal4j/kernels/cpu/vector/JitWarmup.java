package dev.ideal4j.kernels.cpu.vector;

import static dev.ideal4j.kernels.cpu.vector.Lanes.LANES;
import static dev.ideal4j.kernels.cpu.vector.Lanes.SPECIES;
import static jdk.incubator.vector.FloatVector.broadcast;
import static jdk.incubator.vector.VectorOperators.GT;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LT;

import jdk.incubator.vector.FloatVector;

/**
 * Runs every kind of vector operator before any of them is hot, so that the JIT compiler knows all of them.
 *
 * <p>Every operator of the Vector API passes through a few shared methods. If one loop alone runs for a long time, C2
 * compiles these methods for the operators of that loop, and a loop with other operators then fails their class checks
 * a few times. Each failure is counted once per operator that C2 inlines from then on. Beyond 100 failures in a loop
 * (HotSpot's {@code PerMethodTrapLimit}), C2 omits the checks, no longer knows the class of the loop's vectors, and
 * allocates an object for each vector. For this reason, attention after long matrix products took twice its time until
 * the end of the JVM, in half of all runs.
 */
final class JitWarmup {
    /**
     * The number of rounds is high enough for the JVM to profile the shared methods and too low for C2 to compile them.
     */
    private static final int ROUNDS = 200;

    private JitWarmup() {}

    /** Runs the operators, which takes about forty milliseconds. */
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
