package dev.ideal4j.benchmarks;

import dev.ideal4j.core.checkpoint.SeededValues;
import dev.ideal4j.detectors.common.Coreset;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Greedy k-centre: a tenth of rows without structure, which is the worst case, in the width that PatchCore projects to. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 1)
@Measurement(iterations = 3)
@Fork(1)
public class CoresetBenchmark {
    private static final int WIDTH = 284;

    /** Number of rows. */
    @Param({"10000", "100000"})
    public int rows;

    private float[] values;

    /** Makes up the rows. */
    @Setup(Level.Trial)
    public void fill() {
        values = SeededValues.uniform("rows", rows * WIDTH, 1, 0);
    }

    /** Chooses. */
    @Benchmark
    public int[] greedy() {
        return Coreset.from(0, values, WIDTH, rows / 10);
    }
}
