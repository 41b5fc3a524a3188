package dev.ideal4j.benchmarks;

import dev.ideal4j.core.checkpoint.SeededValues;
import dev.ideal4j.core.image.Mask;
import dev.ideal4j.core.image.ScoreMap;
import dev.ideal4j.eval.metrics.PixelMetrics;
import dev.ideal4j.eval.metrics.ScoredMaps;
import java.util.ArrayList;
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
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Localisation metrics of a product of 16 images, half of them with a defect. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class MetricsBenchmark {
    private static final int IMAGES = 16;
    private static final int SIDE = 256;

    private ScoredMaps maps;

    /** Makes up maps whose defects score a little higher. */
    @Setup(Level.Trial)
    public void fill() {
        List<ScoreMap> scores = new ArrayList<>();
        List<Mask> truths = new ArrayList<>();
        for (int i = 0; i < IMAGES; i++) {
            float[] values = SeededValues.uniform("map" + i, SIDE * SIDE, 1, 0);
            boolean[] defect = new boolean[SIDE * SIDE];
            if (i % 2 == 1) {
                Arrays.fill(defect, 20 * SIDE, 40 * SIDE, true);
                for (int at = 20 * SIDE; at < 40 * SIDE; at++) {
                    values[at] += 0.5f;
                }
            }
            scores.add(new ScoreMap(SIDE, SIDE, values));
            truths.add(new Mask(SIDE, SIDE, defect));
        }
        maps = ScoredMaps.of(scores, truths);
    }

    /** All pixel metrics. */
    @Benchmark
    public PixelMetrics pixels() {
        return PixelMetrics.of(maps);
    }
}
