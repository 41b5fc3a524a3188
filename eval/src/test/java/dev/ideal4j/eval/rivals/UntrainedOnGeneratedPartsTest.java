package dev.ideal4j.eval.rivals;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ideal4j.backbone.BackboneLoader;
import dev.ideal4j.backbone.Backbones;
import dev.ideal4j.backbone.FeatureExtractor;
import dev.ideal4j.core.Backend;
import dev.ideal4j.core.Backends;
import dev.ideal4j.detectors.DetectorMethod;
import dev.ideal4j.detectors.DetectorMethods;
import dev.ideal4j.detectors.FewShotDetector;
import dev.ideal4j.detectors.OptionValues;
import dev.ideal4j.detectors.Scorer;
import dev.ideal4j.eval.demo.DemoDataset;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Untrained methods detect painted defects far above chance, with the built-in backbone at a small input size. */
@Tag("long")
class UntrainedOnGeneratedPartsTest {
    private static final DemoDataset PARTS = new DemoDataset(17, 0);
    private static final List<String> PRODUCTS = List.of("fabric", "leather", "tile");
    private static final int SIDE = 224;

    @ParameterizedTest
    @ValueSource(strings = {"visionad", "nagl"})
    void findsDefects(String name) {
        DetectorMethod method = DetectorMethods.named(name);
        double image = 0;
        double pixel = 0;
        try (Backend backend = Backends.open("cpu");
                FeatureExtractor extractor = Backbones.open(
                        "builtin", method.backbones(OptionValues.NONE), new BackboneLoader.Input(SIDE, 0), backend);
                FewShotDetector detector = method.detector(extractor, null, 17, OptionValues.NONE)) {
            for (String product : PRODUCTS) {
                GeneratedParts parts = new GeneratedParts(PARTS, product);
                try (Scorer fitted = detector.scorer(parts.references(2, 1))) {
                    GeneratedParts.Areas areas = parts.areas(fitted, 6, 2);
                    image += areas.image() / PRODUCTS.size();
                    pixel += areas.pixel() / PRODUCTS.size();
                }
            }
        }
        assertThat(image).as("mean image AUROC").isGreaterThan(0.8);
        assertThat(pixel).as("mean pixel AUROC").isGreaterThan(0.9);
    }
}
