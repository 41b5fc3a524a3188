package dev.ideal4j.eval.evaluate;

import dev.ideal4j.core.testing.MadeImages;
import dev.ideal4j.eval.data.Dataset;
import dev.ideal4j.eval.episodes.ReferenceSource;
import dev.ideal4j.eval.episodes.Setting;
import dev.ideal4j.eval.episodes.Shots;
import dev.ideal4j.eval.episodes.TestProtocol;
import dev.ideal4j.eval.metrics.PublishedPro;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** Runs over a generated data set of two products. */
abstract class MadeRuns {
    static final Provenance PROVENANCE =
            new Provenance(Map.of("ideal4j", "test"), Map.of("name", "none"), Map.of(), Map.of());

    @TempDir
    Path folder;

    Dataset dataset;

    @BeforeEach
    void make() throws IOException {
        MadeImages.write(folder.resolve("made"), 5);
        dataset = Dataset.open(folder, "made");
    }

    EvaluationPlan plan(List<Long> seeds, Setting setting, int batch, int threads, boolean keepGoing) {
        return new EvaluationPlan(
                dataset,
                new TestProtocol(new Shots(1, 1), setting),
                seeds,
                List.of(),
                new ReferenceSource.Drawn(),
                EvaluationRules.USUAL,
                PublishedPro.THRESHOLDS,
                batch,
                threads,
                keepGoing,
                false);
    }

    /** One seed, all products, batches of four. */
    static EvaluationPlan plan(Dataset dataset, Shots shots, ReferenceSource source, EvaluationRules rules) {
        return new EvaluationPlan(
                dataset,
                new TestProtocol(shots, Setting.GENERAL),
                List.of(17L),
                List.of(),
                source,
                rules,
                PublishedPro.THRESHOLDS,
                4,
                1,
                false,
                false);
    }

    Results run(EvaluationPlan plan, String out) {
        return new Evaluation(plan, new BrightnessDetector(), PROVENANCE, EvaluationListener.NONE)
                .run(folder.resolve(out))
                .results();
    }
}
