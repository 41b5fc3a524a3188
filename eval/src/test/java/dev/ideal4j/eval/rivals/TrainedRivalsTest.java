package dev.ideal4j.eval.rivals;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ideal4j.backbone.ResNet18Backbone;
import dev.ideal4j.backbone.builtin.BuiltinBackbone;
import dev.ideal4j.core.Backend;
import dev.ideal4j.core.Backends;
import dev.ideal4j.detectors.FittedDetector;
import dev.ideal4j.detectors.devnet.DevNetConfig;
import dev.ideal4j.detectors.devnet.DevNetDetector;
import dev.ideal4j.detectors.devnet.DevNetLoss;
import dev.ideal4j.detectors.devnet.DevNetTrainingConfig;
import dev.ideal4j.detectors.fdsl.FdslDetector;
import dev.ideal4j.detectors.fdsl.FdslTrainingConfig;
import dev.ideal4j.detectors.training.Episode;
import dev.ideal4j.detectors.training.FeatureCache;
import dev.ideal4j.detectors.training.Trainer;
import dev.ideal4j.detectors.training.TrainingListener;
import dev.ideal4j.detectors.training.TrainingPicture;
import dev.ideal4j.detectors.training.Validation;
import dev.ideal4j.eval.demo.DemoDataset;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Methods that know nothing before they are trained beat chance after a short training on small generated pictures. */
class TrainedRivalsTest {
    private static final DemoDataset PARTS = new DemoDataset(1, 0);

    @TempDir
    private Path folder;

    /** From first values, since no published weights are at hand; on pictures of the part itself, as published. */
    @Test
    void devNetLearnsAPart() {
        GeneratedParts parts = new GeneratedParts(PARTS, "wood");
        DevNetTrainingConfig training = new DevNetTrainingConfig(
                new DevNetConfig(64, 2, 0.1, 1), 3, 10, 8, 1e-3, 10, 1e-5, 1, DevNetLoss.DEVIATION, 42);
        try (Backend backend = Backends.open("cpu");
                ResNet18Backbone start = ResNet18Backbone.untrained(42, 64, backend);
                DevNetDetector detector = DevNetDetector.trainedInFit(start, training);
                FittedDetector fitted = detector.fit(parts.references(8, 3))) {
            GeneratedParts.Areas areas = parts.areas(fitted, 6, 2);
            assertThat(areas.image()).as("image AUROC").isGreaterThan(0.65);
            assertThat(areas.pixel()).as("pixel AUROC").isGreaterThan(0.6);
        }
    }

    /** On some parts for another, as published. */
    @Test
    void fdslLearnsFromOtherParts() {
        GeneratedParts unseen = new GeneratedParts(PARTS, "tile");
        try (Backend backend = Backends.open("cpu");
                BuiltinBackbone backbone = new BuiltinBackbone(backend, 224)) {
            FdslTrainingConfig training =
                    FdslTrainingConfig.PUBLISHED.withLength(1, 600, 4).withMosaicRate(0);
            Trainer trainer =
                    new Trainer(training.learner(new FeatureCache(folder.resolve("cache"), backbone)), folder);
            Path best = trainer.train(episodes("leather", "fabric"), null, new Silent(), false);
            try (FdslDetector detector = FdslDetector.load(best, backbone, FdslDetector.published(backbone));
                    FittedDetector fitted = detector.fit(unseen.references(2, 0))) {
                GeneratedParts.Areas areas = unseen.areas(fitted, 6, 2);
                assertThat(areas.image()).as("image AUROC").isGreaterThan(0.65);
                assertThat(areas.pixel()).as("pixel AUROC").isGreaterThan(0.7);
            }
        }
    }

    private static Episode.Source episodes(String... names) {
        List<List<TrainingPicture>> normal = new ArrayList<>();
        List<List<TrainingPicture>> abnormal = new ArrayList<>();
        for (String name : names) {
            GeneratedParts parts = new GeneratedParts(PARTS, name);
            List<TrainingPicture> good = new ArrayList<>();
            List<TrainingPicture> bad = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                good.add(parts.normal(i));
                bad.add(parts.abnormal(i, 0));
                bad.add(parts.abnormal(i, 1));
            }
            normal.add(good);
            abnormal.add(bad);
        }
        Random random = new Random(5);
        return () -> {
            int part = random.nextInt(names.length);
            List<TrainingPicture> good = normal.get(part);
            List<TrainingPicture> bad = abnormal.get(part);
            TrainingPicture query = random.nextInt(3) == 0 ? good.get(4) : bad.get(random.nextInt(bad.size()));
            return new Episode(List.of(good.get(random.nextInt(2)), good.get(2 + random.nextInt(2))), List.of(), query);
        };
    }

    private static final class Silent implements TrainingListener {
        @Override
        public void iteration(int epoch, int iteration, int iterations, double rate, Map<String, Float> losses) {}

        @Override
        public void epoch(int epoch, int epochs, double rate, double mean, Validation.Scores scores, boolean best) {}
    }
}
