package dev.ideal4j.benchmarks;

import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.ops.Activation;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Operations that move more than they compute, of ViT-S's shapes at 448, and what the machine moves at most. */
@State(Scope.Benchmark)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 1, jvmArgsAppend = "--add-modules=jdk.incubator.vector")
public class RowsBenchmark {
    private static final int ROWS = 1025;
    private static final int WIDTH = 384;
    private static final int GRID = 32;
    private static final int SIDE = 448;
    private static final float SIGMA = 4;

    private Tensor x;
    private Tensor y;
    private Tensor gamma;
    private Tensor out;
    private Tensor grid;
    private Tensor map;
    private Tensor smooth;

    /** Makes up rows. */
    @Setup(Level.Trial)
    public void fill(OnBackend on) {
        x = on.values("x", ROWS, WIDTH);
        y = on.values("y", ROWS, WIDTH);
        gamma = on.values("gamma", WIDTH);
        out = on.scope.allocate(ROWS, WIDTH);
        grid = on.values("grid", 1, GRID, GRID);
        map = on.values("map", 1, SIDE, SIDE);
        smooth = on.scope.allocate(1, SIDE, SIDE);
    }

    /** {@code x + y/2}: three streams, the standard that the others are compared with. */
    @Benchmark
    public float add(OnBackend on, GigaBytes done) {
        on.backend.activations().add(x, 0.5f, y, out);
        done.floats(3L * ROWS * WIDTH);
        return OnBackend.await(out);
    }

    /** LayerNorm. */
    @Benchmark
    public float layerNorm(OnBackend on, GigaBytes done) {
        on.backend.normalization().layerNorm(x, gamma, gamma, 1e-6f, out);
        done.floats(2L * ROWS * WIDTH);
        return OnBackend.await(out);
    }

    /** Rows of length 1. */
    @Benchmark
    public float l2(OnBackend on, GigaBytes done) {
        on.backend.normalization().l2(x, 1e-12f, out);
        done.floats(2L * ROWS * WIDTH);
        return OnBackend.await(out);
    }

    /** GELU. */
    @Benchmark
    public float gelu(OnBackend on, GigaBytes done) {
        on.backend.activations().apply(Activation.GELU, x, out);
        done.floats(2L * ROWS * WIDTH);
        return OnBackend.await(out);
    }

    /** Softmax of rows. */
    @Benchmark
    public float softmax(OnBackend on, GigaBytes done) {
        on.backend.activations().softmax(x, out);
        done.floats(2L * ROWS * WIDTH);
        return OnBackend.await(out);
    }

    /** A heatmap from its patches. */
    @Benchmark
    public float bilinear(OnBackend on, GigaBytes done) {
        on.backend.resampling().bilinear(grid, smooth);
        done.floats(GRID * GRID + SIDE * SIDE);
        return OnBackend.await(smooth);
    }

    /** A heatmap smoothed. */
    @Benchmark
    public float gaussianBlur(OnBackend on, GigaBytes done) {
        on.backend.resampling().gaussianBlur(map, SIGMA, smooth);
        done.floats(2L * SIDE * SIDE);
        return OnBackend.await(smooth);
    }
}
