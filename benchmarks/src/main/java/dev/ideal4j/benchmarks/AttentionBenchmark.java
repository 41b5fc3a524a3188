package dev.ideal4j.benchmarks;

import dev.ideal4j.core.Tensor;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Self-attention of DINOv2's shapes: heads of 64 channels, 1025 tokens at 448. */
@State(Scope.Benchmark)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 1, jvmArgsAppend = "--add-modules=jdk.incubator.vector")
public class AttentionBenchmark {
    private static final int HEAD_WIDTH = 64;

    /** Heads: 6 in ViT-S, 16 in ViT-L. */
    @Param({"6", "16"})
    public int heads;

    /** Tokens. */
    @Param({"257", "1025"})
    public int tokens;

    private Tensor qkv;
    private Tensor out;

    /** Makes up queries, keys and values. */
    @Setup(Level.Trial)
    public void fill(OnBackend on) {
        qkv = on.values("qkv", 1, tokens, 3 * heads * HEAD_WIDTH);
        out = on.scope.allocate(1, tokens, heads * HEAD_WIDTH);
    }

    /** {@code softmax(q kᵀ / 8) v} for all heads; the two products are counted. */
    @Benchmark
    public float self(OnBackend on, GigaFlops done) {
        on.backend.attention().self(qkv, heads, out);
        done.gigaFlops += 4e-9 * tokens * tokens * heads * HEAD_WIDTH;
        return OnBackend.await(out);
    }
}
