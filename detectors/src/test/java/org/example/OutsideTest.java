package org.example;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ideal4j.backbone.BackboneLoader.Input;
import dev.ideal4j.backbone.Backbones;
import dev.ideal4j.backbone.FeatureExtractor;
import dev.ideal4j.core.Backend;
import dev.ideal4j.core.Backends;
import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.image.RgbImage;
import dev.ideal4j.detectors.DetectorMethod;
import dev.ideal4j.detectors.DetectorMethods;
import dev.ideal4j.detectors.FewShotDetector;
import dev.ideal4j.detectors.FittedDetector;
import dev.ideal4j.detectors.FittedDetectors;
import dev.ideal4j.detectors.OptionValues;
import dev.ideal4j.detectors.References;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A detector and a backbone that this library does not know are used by name like its own. */
class OutsideTest {
    private static final int SIDE = 64;

    @TempDir
    private Path folder;

    private Backend backend;

    @BeforeEach
    void open() {
        backend = Backends.open("cpu");
    }

    @AfterEach
    void close() {
        assertThat(backend.liveBytes()).isZero();
        backend.close();
    }

    private static RgbImage noise(long seed, boolean defect) {
        byte[] samples = new byte[3 * SIDE * SIDE];
        new Random(seed).nextBytes(samples);
        for (int i = 0; i < samples.length; i++) {
            samples[i] = (byte) (100 + samples[i] / 16);
        }
        if (defect) {
            for (int y = 24; y < 32; y++) {
                Arrays.fill(samples, 3 * (y * SIDE + 40), 3 * (y * SIDE + 48), (byte) 255);
            }
        }
        return new RgbImage(SIDE, SIDE, samples);
    }

    private static References references() {
        return References.builder().normal(noise(1, false), noise(2, false)).build();
    }

    private FeatureExtractor backbone(DetectorMethod method) {
        return Backbones.open(RawPixels.NAME, method.backbones(OptionValues.NONE), Input.USUAL, backend);
    }

    @Test
    void ownMethodsComeFirst() {
        assertThat(DetectorMethods.names())
                .containsExactly(
                        "ideal",
                        "visionad",
                        "patchcore",
                        "anomalydino",
                        "subspacead",
                        "nagl",
                        "fdsl",
                        "devnet",
                        FarthestMethod.NAME);
        assertThat(Backbones.labels()).contains("builtin", RawPixels.NAME);
    }

    @Test
    void isFittedScoredSavedAndLoaded() {
        DetectorMethod method = DetectorMethods.named(FarthestMethod.NAME);
        OptionValues values = OptionValues.of(method.options(), Map.of("gain", 2f));
        Path file = folder.resolve("farthest.safetensors");
        try (FeatureExtractor extractor = backbone(method);
                FewShotDetector detector = method.detector(extractor, null, 0, values);
                FittedDetector fitted = detector.fit(references())) {
            RgbImage good = noise(3, false);
            RgbImage bad = noise(3, true);
            assertThat(fitted.score(bad).score())
                    .isGreaterThan(2 * fitted.score(good).score());
            fitted.save(file, Map.of("note", "kept"));
            assertThat(FittedDetectors.saved(file).method()).isSameAs(method);
            assertThat(FittedDetectors.saved(file).notes()).containsEntry("note", "kept");
            try (FittedDetector loaded = FittedDetectors.load(file, extractor)) {
                assertThat(loaded.score(bad)).isEqualTo(fitted.score(bad));
            }
            try (FeatureExtractor other = new RawPixels(2 * SIDE, backend)) {
                assertThatThrownBy(() -> FittedDetectors.load(file, other)).isInstanceOf(InvalidInputException.class);
            }
        }
    }

    @Test
    void ownMethodsLookThroughABackboneFromOutside() {
        DetectorMethod method = DetectorMethods.named("visionad");
        try (FeatureExtractor extractor = backbone(method);
                FewShotDetector detector = method.detector(extractor, null, 0, OptionValues.NONE);
                FittedDetector fitted = detector.fit(references())) {
            assertThat(fitted.score(noise(3, true)).score())
                    .isGreaterThan(fitted.score(noise(3, false)).score());
        }
    }

    @Test
    void aBackboneThatAMethodCannotUseIsRefusedWhenItIsOpened() {
        assertThatThrownBy(() -> backbone(DetectorMethods.named("devnet")))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("backbone: found raw-pixels, expected a ResNet-18, which DevNet trains on");
        assertThatThrownBy(() -> Backbones.open(
                        "no-such", DetectorMethods.named("ideal").backbones(OptionValues.NONE), Input.USUAL, backend))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("builtin, builtin-smooth, random:NAME");
    }
}
