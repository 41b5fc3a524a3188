package dev.ideal4j.benchmarks;

import dev.ideal4j.backbone.DinoV2;
import dev.ideal4j.core.image.Mask;
import dev.ideal4j.core.image.RgbImage;
import dev.ideal4j.detectors.Anomaly;
import dev.ideal4j.detectors.References;
import dev.ideal4j.detectors.Scorer;
import dev.ideal4j.detectors.ideal.IdealDetector;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** IDEAL from end to end with ViT-S/14 at 448, one normal and one abnormal reference. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 2, time = 5)
@Measurement(iterations = 5, time = 5)
@Fork(value = 1, jvmArgsAppend = "--add-modules=jdk.incubator.vector")
public class QueryBenchmark {
    private static final int SIDE = 700;

    private DinoV2 dino;
    private IdealDetector ideal;
    private References references;
    private Scorer fitted;
    private RgbImage query;

    /** Makes up a model, references and a query. */
    @Setup(Level.Trial)
    public void fit(OnBackend on) {
        dino = DinoV2.seeded("dinov2_vits14", "dinov2_vits14/", on.backend);
        ideal = IdealDetector.untrained(dino, 1);
        boolean[] defect = new boolean[SIDE * SIDE];
        Arrays.fill(defect, 100 * SIDE, 130 * SIDE, true);
        references = References.builder()
                .normal(Images.noise(SIDE, SIDE, 1))
                .abnormal(Images.noise(SIDE, SIDE, 2), new Mask(SIDE, SIDE, defect))
                .build();
        fitted = ideal.scorer(references);
        query = Images.noise(SIDE, SIDE, 3);
    }

    /** Scores one image, resize to heatmap. */
    @Benchmark
    public Anomaly score() {
        return fitted.score(query);
    }

    /** Runs the references through the network and encodes them. */
    @Benchmark
    public int fit() {
        try (Scorer another = ideal.scorer(references)) {
            return another.config().size();
        }
    }

    /** Frees the model. */
    @TearDown(Level.Trial)
    public void close() {
        fitted.close();
        ideal.close();
        dino.close();
    }
}
