package dev.ideal4j.eval.rivals;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ideal4j.backbone.FeatureExtractor;
import dev.ideal4j.backbone.builtin.BuiltinBackbone;
import dev.ideal4j.core.Backend;
import dev.ideal4j.core.Backends;
import dev.ideal4j.detectors.FewShotDetector;
import dev.ideal4j.detectors.FittedDetector;
import dev.ideal4j.detectors.References;
import dev.ideal4j.detectors.ideal.IdealDetector;
import dev.ideal4j.eval.demo.DemoDataset;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A known defect makes its own kind easier to find, and no other kind harder. */
@Tag("long")
class KnownDefectsOnGeneratedPartsTest {
    private static final DemoDataset PARTS = new DemoDataset(17, 0.25);
    private static final List<String> PRODUCTS = List.of("capsule", "leather", "ring");
    private static final int SIDE = 224;

    /** Sums of AUROCs over products and known kinds. */
    private static final class Sum {
        private double image;
        private double pixel;

        void add(GeneratedParts.Areas areas) {
            image += areas.image();
            pixel += areas.pixel();
        }
    }

    @Test
    void theKnownKindIsFoundBetterAndOthersNoWorse() {
        Sum seenBefore = new Sum();
        Sum seen = new Sum();
        Sum unseenBefore = new Sum();
        Sum unseen = new Sum();
        int count = 0;
        try (Backend backend = Backends.open("cpu");
                FeatureExtractor extractor = new BuiltinBackbone(backend, SIDE);
                FewShotDetector detector = IdealDetector.knownDefects(extractor)) {
            for (String product : PRODUCTS) {
                GeneratedParts parts = new GeneratedParts(PARTS, product);
                for (int kind = 0; kind < 4; kind += 2) {
                    List<String> known = List.of(parts.defects().get(kind));
                    List<String> others = parts.defects().stream()
                            .filter(defect -> !known.contains(defect))
                            .toList();
                    References good = parts.references(1, List.of(), 0);
                    References both = parts.references(1, known, 1);
                    try (FittedDetector without = detector.fit(good);
                            FittedDetector with = detector.fit(both)) {
                        seenBefore.add(parts.areas(without, known, 5, 3));
                        seen.add(parts.areas(with, known, 5, 3));
                        unseenBefore.add(parts.areas(without, others, 5, 1));
                        unseen.add(parts.areas(with, others, 5, 1));
                        count++;
                    }
                }
            }
        }
        assertThat((seen.image - seenBefore.image) / count)
                .as("gain in image AUROC, known kind")
                .isGreaterThan(0.01);
        assertThat((seen.pixel - seenBefore.pixel) / count)
                .as("gain in pixel AUROC, known kind")
                .isGreaterThan(0.001);
        assertThat((unseen.image - unseenBefore.image) / count)
                .as("gain in image AUROC, other kinds")
                .isGreaterThan(-0.005);
        assertThat((unseen.pixel - unseenBefore.pixel) / count)
                .as("gain in pixel AUROC, other kinds")
                .isGreaterThan(-0.001);
    }
}
