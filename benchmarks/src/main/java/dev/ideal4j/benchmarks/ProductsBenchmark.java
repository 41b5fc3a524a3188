package dev.ideal4j.benchmarks;

import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.ops.Epilogue;
import dev.ideal4j.core.ops.PackedWeight;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Linear layers of the shapes that ViT-S/14 at 448 and its patch embedding have. */
@State(Scope.Benchmark)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 1, jvmArgsAppend = "--add-modules=jdk.incubator.vector")
public class ProductsBenchmark {
    /** Rows × input width × output width. */
    @Param({"1025x384x1152", "1025x384x384", "1025x384x1536", "1025x1536x384", "1024x588x384", "1024x1024x1024"})
    public String shape;

    private Tensor x;
    private Tensor out;
    private PackedWeight weight;
    private double gigaFlops;

    /** Makes up a layer. */
    @Setup(Level.Trial)
    public void fill(OnBackend on) {
        String[] lengths = shape.split("x");
        int rows = Integer.parseInt(lengths[0]);
        int in = Integer.parseInt(lengths[1]);
        int width = Integer.parseInt(lengths[2]);
        x = on.values("x", rows, in);
        out = on.scope.allocate(rows, width);
        weight = on.backend.products().pack(on.values("weight", width, in), on.values("bias", width), on.scope);
        gigaFlops = 2e-9 * rows * in * width;
    }

    /** {@code x Wᵀ + bias}. */
    @Benchmark
    public float linear(OnBackend on, GigaFlops done) {
        on.backend.products().linear(x, weight, Epilogue.NONE, out);
        done.gigaFlops += gigaFlops;
        return OnBackend.await(out);
    }

    /** {@code gelu(x Wᵀ + bias)}. */
    @Benchmark
    public float linearGelu(OnBackend on, GigaFlops done) {
        on.backend.products().linear(x, weight, Epilogue.GELU, out);
        done.gigaFlops += gigaFlops;
        return OnBackend.await(out);
    }
}
