package dev.ideal4j.benchmarks;

import dev.ideal4j.core.Indices;
import dev.ideal4j.core.grad.Tape;
import dev.ideal4j.core.grad.Variable;
import dev.ideal4j.core.image.Mask;
import dev.ideal4j.core.nn.Parameters;
import dev.ideal4j.core.ops.Dropout;
import dev.ideal4j.core.ops.Updates;
import dev.ideal4j.core.optim.AdamOptimizer;
import dev.ideal4j.detectors.ideal.IdealConfig;
import dev.ideal4j.detectors.ideal.IdealObjective;
import dev.ideal4j.detectors.training.EpisodeBatch;
import dev.ideal4j.ide.IntrinsicDeviationEncoder;
import dev.ideal4j.ide.IntrinsicDeviationEncoder.Dropouts;
import dev.ideal4j.ide.MaskLayout;
import dev.ideal4j.ide.PatchMask;
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

/**
 * One iteration of IDEAL's training with given features of ViT-S/14 at 448: 16 episodes of one normal and one abnormal
 * reference; eraser, losses, gradients and optimiser step included.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3, time = 5)
@Measurement(iterations = 5, time = 5)
@Fork(value = 1, jvmArgsAppend = "--add-modules=jdk.incubator.vector")
public class TrainingBenchmark {
    private static final int BATCH = 16;
    private static final int GRID = 32;
    private static final int PATCHES = GRID * GRID;
    private static final int WIDTH = 384;
    private static final int SIDE = 448;

    private IdealObjective objective;
    private EpisodeBatch batch;
    private AdamOptimizer optimizer;
    private OnBackend on;
    private long step;

    /** Makes up an encoder and features. */
    @Setup(Level.Trial)
    public void fill(OnBackend on) {
        this.on = on;
        Parameters parameters = Parameters.fresh(on.scope, 17);
        IntrinsicDeviationEncoder encoder = new IntrinsicDeviationEncoder(
                parameters,
                IntrinsicDeviationEncoder.PUBLISHED_VECTORS,
                WIDTH,
                IntrinsicDeviationEncoder.PUBLISHED_HEADS);
        objective = new IdealObjective(
                encoder, IdealConfig.PUBLISHED, MaskLayout.PUBLISHED, IdealObjective.Weights.PUBLISHED);
        Updates.Adam settings = new Updates.Adam(0.9, 0.999, 1e-10, 1e-4, true, true);
        optimizer = AdamOptimizer.fresh(parameters.all(), settings, 0, on.scope);
        batch = batch();
    }

    /** A defect of 5 % of the patches, each sample's at a place of its own. */
    private static PatchMask defect(int sample) {
        boolean[] defect = new boolean[PATCHES];
        for (int row = 0; row < 7; row++) {
            int first = (sample / 4 * 8 + row) * GRID + sample % 4 * 8;
            Arrays.fill(defect, first, first + 7, true);
        }
        return PatchMask.of(GRID, GRID, defect);
    }

    private EpisodeBatch batch() {
        List<List<PatchMask>> masks = new ArrayList<>();
        int[] labels = new int[BATCH];
        List<Mask> targets = new ArrayList<>();
        for (int sample = 0; sample < BATCH; sample++) {
            masks.add(List.of(defect(sample)));
            labels[sample] = sample % 2;
            boolean[] set = new boolean[SIDE * SIDE];
            Arrays.fill(set, 9000, 9000 + sample % 2 * 3000, true);
            targets.add(new Mask(SIDE, SIDE, set));
        }
        Indices label = on.scope.allocateIndices(BATCH);
        label.write(labels);
        return new EpisodeBatch(
                GRID,
                GRID,
                on.values("query", BATCH, PATCHES, WIDTH),
                on.values("normal", BATCH, PATCHES, WIDTH),
                on.values("abnormal", BATCH, PATCHES, WIDTH),
                masks,
                label,
                targets);
    }

    /** An iteration; returns its loss. */
    @Benchmark
    public float iteration() {
        float rate = Dropouts.PUBLISHED_RATE;
        step++;
        try (Tape tape = Tape.recording(on.backend)) {
            Dropouts dropouts = new Dropouts(new Dropout(step, rate), new Dropout(~step, rate));
            Variable total = objective.compute(tape, batch, dropouts).total();
            float loss = total.scalar();
            tape.backward(total);
            optimizer.step(tape, 1e-4);
            return loss;
        }
    }
}
