package dev.ideal4j.eval.rivals;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ideal4j.backbone.ResNet18Backbone;
import dev.ideal4j.core.Backend;
import dev.ideal4j.core.Backends;
import dev.ideal4j.detectors.Scorer;
import dev.ideal4j.detectors.devnet.DevNetConfig;
import dev.ideal4j.detectors.devnet.DevNetDetector;
import dev.ideal4j.detectors.devnet.DevNetLoss;
import dev.ideal4j.detectors.devnet.DevNetTrainingConfig;
import dev.ideal4j.eval.demo.DemoDataset;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A network with random weights is better than chance after a short training on small generated images. */
@Tag("long")
class DevNetOnGeneratedPartsTest {
    private static final DemoDataset PARTS = new DemoDataset(1, 0);

    /**
     * The training starts from random weights, because published weights are not available. As published, it uses images of
     * the part itself. The result of such a short training depends on rounding. With few references or half the steps it may
     * detect nothing, so it has many references.
     */
    @Test
    void devNetLearnsAPart() {
        GeneratedParts parts = new GeneratedParts(PARTS, "leather");
        DevNetTrainingConfig training = new DevNetTrainingConfig(
                new DevNetConfig(64, 2, 0.1, 1), 10, 10, 8, 1e-3, 10, 1e-5, 1, DevNetLoss.DEVIATION, 42);
        try (Backend backend = Backends.open("cpu");
                ResNet18Backbone start = ResNet18Backbone.untrained(42, 64, backend);
                DevNetDetector detector = DevNetDetector.trainedInFit(start, training);
                Scorer fitted = detector.scorer(parts.references(64, 16))) {
            GeneratedParts.Areas areas = parts.areas(fitted, 16, 4);
            assertThat(areas.image()).as("image AUROC").isGreaterThan(0.7);
            assertThat(areas.pixel()).as("pixel AUROC").isGreaterThan(0.75);
        }
    }
}
