package dev.ideal4j.detectors;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ideal4j.backbone.DinoV2;
import dev.ideal4j.backbone.VitConfig;
import dev.ideal4j.backbone.VitWeights;
import dev.ideal4j.core.Backend;
import dev.ideal4j.core.Backends;
import dev.ideal4j.core.image.RgbImage;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Detectors on a DINOv3 network. */
class DinoV3FittedTest {
    private static final VitConfig TINY =
            new VitConfig(64, 2, 1, 96, true, 4, 16, 0, VitConfig.Position.PLAIN, VitConfig.Style.DINOV3);

    private static RgbImage image(int seed) {
        byte[] samples = new byte[3 * 160 * 90];
        new Random(seed).nextBytes(samples);
        return new RgbImage(160, 90, samples);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ideal", "patchcore"})
    void theFileNamesTheLicenceOfItsBackbone(String method, @TempDir Path folder) {
        Path file = folder.resolve("part.fitted");
        RgbImage query = image(9);
        try (Backend backend = Backends.open("cpu");
                DinoV2 network = new DinoV2(
                        VitWeights.seeded(TINY, "dinov3/"), DinoV2.Options.DEFAULT.withInput(96, 160), backend);
                FewShotDetector detector =
                        DetectorMethods.named(method).detector(network, null, 17, OptionValues.NONE);
                FittedDetector fitted = detector.fit(
                        References.builder().normal(image(1)).normal(image(2)).build())) {
            fitted.save(file);
            assertThat(FittedDetectors.saved(file).backbone())
                    .isEqualTo("dinov3_vit_64x2, 160×96 pixels, DINOv3 License");
            try (FittedDetector loaded = FittedDetectors.load(file, network)) {
                assertThat(loaded.score(query)).isEqualTo(fitted.score(query));
            }
        }
    }
}
