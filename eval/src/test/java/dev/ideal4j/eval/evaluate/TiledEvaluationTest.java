package dev.ideal4j.eval.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ideal4j.backbone.builtin.BuiltinBackbone;
import dev.ideal4j.core.Backend;
import dev.ideal4j.core.Backends;
import dev.ideal4j.core.testing.MadeImages;
import dev.ideal4j.detectors.DetectorMethods;
import dev.ideal4j.detectors.FewShotDetector;
import dev.ideal4j.detectors.OptionValues;
import dev.ideal4j.detectors.TiledDetector;
import dev.ideal4j.detectors.Tiling;
import dev.ideal4j.detectors.TrainingListener;
import dev.ideal4j.eval.data.Dataset;
import dev.ideal4j.eval.episodes.ReferenceSource;
import dev.ideal4j.eval.episodes.Setting;
import dev.ideal4j.eval.episodes.Shots;
import dev.ideal4j.eval.episodes.TestProtocol;
import dev.ideal4j.eval.metrics.PublishedPro;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An evaluation whose detector cuts images into tiles. */
class TiledEvaluationTest {
    private static final Provenance PROVENANCE =
            new Provenance(Map.of("ideal4j", "test"), Map.of("name", "none"), Map.of(), Map.of());

    @TempDir
    private Path folder;

    /** Counts tiles. */
    private static final class Heard implements EvaluationListener {
        private final List<String> tiles = new ArrayList<>();
        private int images;
        private int computed;

        @Override
        public void tiles(int done, int all) {
            tiles.add(done + " of " + all);
        }

        @Override
        public synchronized void advanced(int count) {
            images += count;
        }

        @Override
        public TrainingListener training() {
            return new TrainingListener() {
                @Override
                public void computed(int count) {
                    computed = Math.max(computed, count);
                }
            };
        }
    }

    private EvaluationPlan plan() throws IOException {
        MadeImages.write(folder.resolve("made"), 3);
        return new EvaluationPlan(
                Dataset.open(folder, "made"),
                new TestProtocol(new Shots(2, 0), Setting.GENERAL),
                List.of(17L),
                List.of("plate"),
                new ReferenceSource.Drawn(),
                EvaluationRules.USUAL,
                PublishedPro.THRESHOLDS,
                4,
                1,
                false,
                false);
    }

    @Test
    void itsProgressCountsTiles() throws IOException {
        Heard heard = new Heard();
        Tiling tiling = new Tiling(40, 10, 1);
        try (FewShotDetector detector = new TiledDetector(new BrightnessDetector(), tiling)) {
            new Evaluation(plan(), detector, PROVENANCE, heard).run(folder.resolve("out"));
        }
        assertThat(heard.images).isEqualTo(7);
        assertThat(heard.tiles).hasSize(7).containsOnly("2 of 2");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void itsProgressCountsTheTilesOfReferences(boolean aligned) throws IOException {
        Heard heard = new Heard();
        Tiling tiling = new Tiling(40, 10, 1);
        try (Backend backend = Backends.open("cpu");
                BuiltinBackbone extractor = new BuiltinBackbone(backend, 112);
                FewShotDetector detector = new TiledDetector(
                        DetectorMethods.named("ideal").detector(extractor, null, 17, OptionValues.NONE),
                        aligned ? tiling.asAligned() : tiling)) {
            new Evaluation(plan(), detector, PROVENANCE, heard).run(folder.resolve("out"));
        }
        assertThat(heard.computed).isEqualTo(4);
    }
}
