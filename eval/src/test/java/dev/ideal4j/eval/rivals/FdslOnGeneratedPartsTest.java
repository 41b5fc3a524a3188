package dev.ideal4j.eval.rivals;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ideal4j.backbone.FeatureExtractor;
import dev.ideal4j.backbone.builtin.BuiltinBackbone;
import dev.ideal4j.core.Backend;
import dev.ideal4j.core.Backends;
import dev.ideal4j.detectors.Scorer;
import dev.ideal4j.detectors.TrainingListener;
import dev.ideal4j.detectors.fdsl.FdslConfig;
import dev.ideal4j.detectors.fdsl.FdslDetector;
import dev.ideal4j.detectors.fdsl.FdslTrainingConfig;
import dev.ideal4j.detectors.training.FeatureCache;
import dev.ideal4j.detectors.training.Trainer;
import dev.ideal4j.eval.demo.DemoDataset;
import dev.ideal4j.eval.episodes.Shots;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A head with random weights is better than chance after a short training on small generated images. It is tested on other
 * images of the same products.
 */
@Tag("long")
class FdslOnGeneratedPartsTest {
    private static final DemoDataset PARTS = new DemoDataset(1, 0);
    private static final List<String> PRODUCTS = List.of("tile", "wood");
    private static final int SIDE = 112;
    private static final int BATCH = 8;

    /** With fewer than 100 steps, running statistics are still near their initial values, and scores are random. */
    private static final int STEPS = 120;

    @TempDir
    private Path folder;

    @Test
    void fdslLearnsProducts() {
        double image = 0;
        double pixel = 0;
        try (Backend backend = Backends.open("cpu");
                FeatureExtractor extractor = new BuiltinBackbone(backend, SIDE);
                FdslDetector detector = trained(extractor)) {
            for (String product : PRODUCTS) {
                GeneratedParts parts = new GeneratedParts(PARTS, product);
                try (Scorer fitted = detector.scorer(parts.references(4, 0))) {
                    GeneratedParts.Areas areas = parts.areas(fitted, 12, 3);
                    image += areas.image() / PRODUCTS.size();
                    pixel += areas.pixel() / PRODUCTS.size();
                }
            }
        }
        assertThat(image).as("mean image AUROC").isGreaterThan(0.75);
        assertThat(pixel).as("mean pixel AUROC").isGreaterThan(0.75);
    }

    private FdslDetector trained(FeatureExtractor extractor) {
        FdslConfig config = FdslDetector.published(extractor);
        FdslTrainingConfig training = new FdslTrainingConfig(config, 1, STEPS * BATCH, BATCH, 1e-3, 0, 1);
        Trainer trainer = new Trainer(
                training.learner(new FeatureCache(folder.resolve("features"), extractor)), folder.resolve("run"));
        Path best = trainer.train(
                new GeneratedEpisodes(PARTS, PRODUCTS, 8, new Shots(4, 0), 1), null, TrainingListener.NONE, false);
        return FdslDetector.load(best, extractor, config);
    }
}
