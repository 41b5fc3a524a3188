package dev.ideal4j.benchmarks;

import dev.ideal4j.backbone.DinoV2;
import dev.ideal4j.core.Scope;
import dev.ideal4j.core.image.RgbImage;
import dev.ideal4j.detectors.Anomaly;
import dev.ideal4j.detectors.FitOptions;
import dev.ideal4j.detectors.FittedDetector;
import dev.ideal4j.detectors.References;
import dev.ideal4j.detectors.Scorer;
import dev.ideal4j.detectors.ideal.IdealDetector;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** What verdicts and teaching cost: IDEAL with ViT-S/14 at 448 and eight normal references. */
@State(org.openjdk.jmh.annotations.Scope.Benchmark)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 2, time = 5)
@Measurement(iterations = 5, time = 5)
@Fork(value = 1, jvmArgsAppend = "--add-modules=jdk.incubator.vector")
public class TeachingBenchmark {
    private static final int SIDE = 700;
    private static final int REFERENCES = 8;

    private DinoV2 dino;
    private IdealDetector ideal;
    private Scorer plain;
    private FittedDetector calibrated;
    private FittedDetector uncalibrated;
    private RgbImage query;
    private int next = 100;

    /** Makes up a model and references. */
    @Setup(Level.Trial)
    public void fit(OnBackend on) {
        dino = DinoV2.seeded("dinov2_vits14", "dinov2_vits14/", on.backend);
        ideal = IdealDetector.untrained(dino, 1);
        References references = References.builder()
                .normal(IntStream.range(0, REFERENCES)
                        .mapToObj(seed -> Images.noise(SIDE, SIDE, seed))
                        .toList())
                .build();
        plain = ideal.scorer(references);
        calibrated = ideal.fit(references);
        uncalibrated = ideal.fit(references, FitOptions.UNCALIBRATED);
        query = Images.noise(SIDE, SIDE, 50);
    }

    /** Scores one image without a verdict. */
    @Benchmark
    public Anomaly score() {
        return plain.score(query);
    }

    /** Scores one image with a verdict. */
    @Benchmark
    public Anomaly scoreAndDecide() {
        return calibrated.score(query);
    }

    /** Microseconds of both ways, summed over an iteration. */
    @State(org.openjdk.jmh.annotations.Scope.Thread)
    @AuxCounters(AuxCounters.Type.EVENTS)
    public static class BothWays {
        /** Without a verdict. */
        public long plain;

        /** With a verdict. */
        public long decided;
    }

    /** Scores one image without and with a verdict, in turns, so that both see the same machine. */
    @Benchmark
    @BenchmarkMode(Mode.AverageTime)
    public float scoreBothWays(BothWays sums) {
        boolean plainFirst = next++ % 2 == 0;
        float score = 0;
        for (int i = 0; i < 2; i++) {
            boolean isPlain = plainFirst == (i == 0);
            long start = System.nanoTime();
            score += (isPlain ? plain.score(query) : calibrated.score(query)).score();
            long micros = (System.nanoTime() - start) / 1000;
            sums.plain += isPlain ? micros : 0;
            sums.decided += isPlain ? 0 : micros;
        }
        return score;
    }

    /** Runs one image through the network. */
    @Benchmark
    public int pass() {
        try (Scope scope = dino.backend().scope()) {
            return dino.features(List.of(Images.noise(SIDE, SIDE, next++)), scope)
                    .shape()
                    .rows();
        }
    }

    private References another() {
        return References.builder().normal(Images.noise(SIDE, SIDE, next++)).build();
    }

    /** Adds a reference. */
    @Benchmark
    public int add() {
        try (FittedDetector taught = uncalibrated.with(another())) {
            return taught.references().all().size();
        }
    }

    /** Adds a reference and finds the threshold anew. */
    @Benchmark
    public int addAndCalibrate() {
        try (FittedDetector taught = calibrated.with(another())) {
            return taught.references().all().size();
        }
    }

    /** Frees the model. */
    @TearDown(Level.Trial)
    public void close() {
        plain.close();
        calibrated.close();
        uncalibrated.close();
        ideal.close();
        dino.close();
    }
}
