package dev.ideal4j.benchmarks;

import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.checkpoint.SeededWeights;
import dev.ideal4j.ide.EncoderWeights;
import dev.ideal4j.ide.IntrinsicDeviationEncoder;
import dev.ideal4j.ide.MaskLayout;
import dev.ideal4j.ide.PatchMask;
import dev.ideal4j.nve.NormalVariationEraser;
import java.util.Arrays;
import java.util.List;
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

/** The two parts of IDEAL behind the backbone: the Normal Variation Eraser and the Intrinsic Deviation Encoder. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 1, jvmArgsAppend = "--add-modules=jdk.incubator.vector")
public class DeviationBenchmark {
    private static final int PATCHES = 1024;
    private static final int WIDTH = 384;
    private static final int VECTORS = 45;

    /** Normal references, of 1,024 patches each. */
    @Param({"1", "4"})
    public int normals;

    private Tensor query;
    private NormalVariationEraser eraser;
    private Tensor abnormal;
    private Tensor residuals;
    private IntrinsicDeviationEncoder encoder;
    private List<List<PatchMask>> masks;

    /** Makes up references and an encoder. */
    @Setup(Level.Trial)
    public void fill(OnBackend on) {
        query = on.values("query", PATCHES, WIDTH);
        Tensor normal = on.values("normal", normals * PATCHES, WIDTH);
        eraser = NormalVariationEraser.of(normal, NormalVariationEraser.Settings.PUBLISHED, on.scope);
        abnormal = on.values("abnormal", 1, PATCHES, WIDTH);
        residuals = on.values("residuals", 1, PATCHES, WIDTH);
        SeededWeights weights = new SeededWeights("encoder/", EncoderWeights.shapes(VECTORS, WIDTH));
        encoder = IntrinsicDeviationEncoder.load(
                new EncoderWeights(weights), IntrinsicDeviationEncoder.PUBLISHED_HEADS, on.scope);
        boolean[] marked = new boolean[PATCHES];
        Arrays.fill(marked, 500, 540, true);
        masks = List.of(List.of(PatchMask.of(32, PATCHES / 32, marked)));
    }

    /** Residuals of a query's patches. */
    @Benchmark
    public float erase(OnBackend on) {
        try (dev.ideal4j.core.Scope scope = on.backend.scope()) {
            return OnBackend.await(eraser.erase(query, scope).residuals());
        }
    }

    /** Deviation vectors of one abnormal reference. */
    @Benchmark
    public float encode(OnBackend on) {
        try (dev.ideal4j.core.Scope scope = on.backend.scope()) {
            return OnBackend.await(encoder.encode(abnormal, residuals, masks, MaskLayout.OWN, scope));
        }
    }
}
