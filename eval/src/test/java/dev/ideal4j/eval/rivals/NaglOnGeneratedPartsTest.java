package dev.ideal4j.eval.rivals;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ideal4j.backbone.FeatureExtractor;
import dev.ideal4j.backbone.builtin.BuiltinBackbone;
import dev.ideal4j.core.Backend;
import dev.ideal4j.core.Backends;
import dev.ideal4j.detectors.Scorer;
import dev.ideal4j.detectors.TrainingListener;
import dev.ideal4j.detectors.nagl.NaglConfig;
import dev.ideal4j.detectors.nagl.NaglDetector;
import dev.ideal4j.detectors.nagl.NaglTrainingConfig;
import dev.ideal4j.detectors.training.FeatureCache;
import dev.ideal4j.detectors.training.Trainer;
import dev.ideal4j.eval.demo.DemoDataset;
import dev.ideal4j.eval.episodes.Shots;
import dev.ideal4j.ide.MaskLayout;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A short training on small generated images improves NAGL on other images of the same products. As published, references
 * show the kind of defect of the queries.
 */
@Tag("long")
class NaglOnGeneratedPartsTest {
    private static final DemoDataset PARTS = new DemoDataset(1, 0);
    private static final List<String> PRODUCTS = List.of("tile", "wood");
    private static final int SIDE = 112;
    private static final int BATCH = 8;
    private static final int STEPS = 150;

    /** The highest patches, of 64. The published 20 are of 1024. */
    private static final int TOP_PATCHES = 2;

    @TempDir
    private Path folder;

    @Test
    void trainingLiftsWhatAbnormalReferencesTeach() {
        try (Backend backend = Backends.open("cpu");
                FeatureExtractor extractor = BuiltinBackbone.smooth(backend, SIDE);
                NaglDetector untrained = NaglDetector.untrained(extractor, 111);
                NaglDetector trained = NaglDetector.load(trained(extractor), extractor)) {
            GeneratedParts.Areas before = areas(untrained, 0);
            GeneratedParts.Areas after = areas(trained, 0);
            assertThat(after.image()).as("image AUROC").isGreaterThan(Math.max(0.75, before.image() + 0.05));
            assertThat(after.pixel()).as("pixel AUROC").isGreaterThan(Math.max(0.75, before.pixel() + 0.15));
            GeneratedParts.Areas whole = areas(trained, 2);
            assertThat(whole.image()).as("image AUROC with normal references").isGreaterThan(0.8);
            assertThat(whole.pixel()).as("pixel AUROC with normal references").isGreaterThan(0.9);
        }
    }

    private Path trained(FeatureExtractor extractor) {
        NaglTrainingConfig training = new NaglTrainingConfig(
                NaglConfig.PUBLISHED, 25, 1, STEPS * BATCH, BATCH, 3e-4, 0.01, TOP_PATCHES, MaskLayout.OWN, 111);
        Trainer trainer = new Trainer(
                training.learner(new FeatureCache(folder.resolve("features"), extractor)), folder.resolve("run"));
        return trainer.train(
                new GeneratedEpisodes(PARTS, PRODUCTS, 10, new Shots(2, 1), 1), null, TrainingListener.NONE, false);
    }

    /** Means over products and kinds of defect. Without normal references only the trained half decides. */
    private static GeneratedParts.Areas areas(NaglDetector detector, int normal) {
        double image = 0;
        double pixel = 0;
        int kinds = 0;
        for (String product : PRODUCTS) {
            GeneratedParts parts = new GeneratedParts(PARTS, product);
            for (String defect : parts.defects()) {
                List<String> only = List.of(defect);
                try (Scorer fitted = detector.scorer(parts.references(normal, only, 1))) {
                    GeneratedParts.Areas areas = parts.areas(fitted, only, 6, 4);
                    image += areas.image();
                    pixel += areas.pixel();
                    kinds++;
                }
            }
        }
        return new GeneratedParts.Areas(image / kinds, pixel / kinds);
    }
}
