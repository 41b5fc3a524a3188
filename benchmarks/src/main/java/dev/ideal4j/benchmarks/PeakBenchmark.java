package dev.ideal4j.benchmarks;

import dev.ideal4j.kernels.cpu.loops.InnerLoops;
import dev.ideal4j.kernels.cpu.vector.VectorLoops;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.annotations.Warmup;

/** What the machine could do: one register tile over and over in the first-level cache, on every core. */
@State(Scope.Thread)
@Warmup(iterations = 6, time = 1)
@Measurement(iterations = 5, time = 1)
@Threads(Threads.MAX)
@Fork(value = 1, jvmArgsAppend = "--add-modules=jdk.incubator.vector")
public class PeakBenchmark {
    private static final int TIMES = 200;
    private static final int DEPTH = 128;

    /** The first element on a cache line, as in the backend. */
    private static final int START = 12;

    private final InnerLoops loops = new VectorLoops();
    private final int rows = loops.tileRows();
    private final int columns = loops.tileColumns();
    private final float[] a = new float[START + rows * DEPTH];
    private final float[] b = new float[START + DEPTH * columns];
    private final float[] c = new float[START + rows * columns];

    /** A tile of a product. */
    @Benchmark
    public float tile(GigaFlops done) {
        for (int i = 0; i < TIMES; i++) {
            loops.tile(DEPTH, a, START, b, START, c, START, columns, false);
        }
        done.gigaFlops += 2e-9 * rows * columns * DEPTH * TIMES;
        return c[START];
    }
}
