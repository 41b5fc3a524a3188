package dev.ideal4j.detectors.visionad;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.ideal4j.backbone.BackboneLoader;
import dev.ideal4j.backbone.Backbones;
import dev.ideal4j.backbone.DinoV2;
import dev.ideal4j.backbone.FeatureExtractor;
import dev.ideal4j.backbone.VitConfig;
import dev.ideal4j.backbone.VitWeights;
import dev.ideal4j.core.Backend;
import dev.ideal4j.core.Backends;
import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.image.Mask;
import dev.ideal4j.core.image.RgbImage;
import dev.ideal4j.detectors.Anomaly;
import dev.ideal4j.detectors.FittedDetector;
import dev.ideal4j.detectors.FittedDetectors;
import dev.ideal4j.detectors.OptionValues;
import dev.ideal4j.detectors.References;
import dev.ideal4j.detectors.Verdict;
import dev.ideal4j.detectors.common.MemoryBank;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VisionAdDetectorTest {
    private static final VitConfig TINY = new VitConfig(24, 4, 3, 48, false, 4, 14, 5, VitConfig.Position.REGISTERS);

    @TempDir
    private Path folder;

    private Backend backend;
    private DinoV2 network;

    @BeforeEach
    void open() {
        backend = Backends.open("cpu");
        network = new DinoV2(
                VitWeights.seeded(TINY, "visionad/"),
                VisionAdMethod.dinoV2(TINY).withInput(56, 56).withHeads(3),
                backend);
    }

    @AfterEach
    void close() {
        network.close();
        assertThat(backend.liveBytes()).isZero();
        backend.close();
    }

    /** Coloured noise: images of one colour are alike. */
    private static RgbImage image(int seed, int red, int green, int blue) {
        Random random = new Random(seed);
        byte[] samples = new byte[3 * 80 * 60];
        for (int i = 0; i < samples.length; i++) {
            int colour = i % 3 == 0 ? red : i % 3 == 1 ? green : blue;
            samples[i] = (byte) Math.min(255, Math.max(0, colour + (int) (12 * random.nextGaussian())));
        }
        return new RgbImage(80, 60, samples);
    }

    private static RgbImage image(int seed) {
        return image(seed, 180, 120, 60);
    }

    private FittedDetector fit(VisionAdConfig config, RgbImage... normal) {
        return new VisionAdDetector(network, config)
                .fit(References.builder().normal(normal).build());
    }

    @Test
    void aReferenceScoresZeroAndMapsCoverTheWholeImage() {
        try (FittedDetector fitted = fit(VisionAdConfig.PUBLISHED, image(1), image(2))) {
            Anomaly known = fitted.score(image(2));
            Anomaly unknown = fitted.score(image(3, 20, 20, 200));
            assertThat(known.score()).isCloseTo(0, within(2e-6f));
            assertThat(unknown.score()).isGreaterThan(10 * Math.max(1e-5f, known.score()));
            assertThat(unknown.patches().width()).isEqualTo(4);
            assertThat(network.margin()).isEqualTo(28);
            assertThat(unknown.map().width()).isEqualTo(56 + 2 * 28);
            float[] map = unknown.map().values();
            assertThat(map[0]).isEqualTo(map[28 * 112 + 28]);
            assertThat(map[map.length - 1]).isEqualTo(map[83 * 112 + 83]);
        }
    }

    @Test
    void turnedAndMirroredReferencesAreKnown() {
        RgbImage square = square(5);
        RgbImage turned = turned(square);
        VisionAdConfig still = Settings.augmented(false, true);
        try (FittedDetector fitted = fit(VisionAdConfig.PUBLISHED, square);
                FittedDetector plain = fit(still, square)) {
            assertThat(fitted.score(turned).score()).isCloseTo(0, within(2e-6f));
            assertThat(plain.score(turned).score()).isGreaterThan(1e-4f);
        }
    }

    /** The image has the network's input size, because rotating and resizing commute only then. */
    private static RgbImage square(int seed) {
        byte[] samples = new byte[3 * 112 * 112];
        new Random(seed).nextBytes(samples);
        return new RgbImage(112, 112, samples);
    }

    /** Clockwise, as nothing in the detector turns. */
    private static RgbImage turned(RgbImage image) {
        int side = image.width();
        byte[] samples = new byte[image.samples().length];
        for (int y = 0; y < side; y++) {
            for (int x = 0; x < side; x++) {
                for (int c = 0; c < 3; c++) {
                    samples[3 * (y * side + x) + c] = image.samples()[3 * ((side - 1 - x) * side + y) + c];
                }
            }
        }
        return new RgbImage(side, side, samples);
    }

    @Test
    void orderBatchAndThreadsChangeNoBit() {
        List<RgbImage> normal = List.of(image(1), image(2), image(3));
        List<RgbImage> reversed = new ArrayList<>(normal);
        Collections.reverse(reversed);
        List<RgbImage> queries =
                IntStream.range(10, 21).mapToObj(VisionAdDetectorTest::image).toList();
        try (FittedDetector one = fit(VisionAdConfig.PUBLISHED, normal.toArray(RgbImage[]::new));
                FittedDetector other = fit(VisionAdConfig.PUBLISHED, reversed.toArray(RgbImage[]::new))) {
            List<Anomaly> together = one.score(queries);
            assertSameBits(other.score(queries), together);
            List<Anomaly> alone = queries.parallelStream().map(one::score).toList();
            assertSameBits(alone, together);
        }
    }

    private static void assertSameBits(List<Anomaly> actual, List<Anomaly> expected) {
        assertThat(actual).hasSameSizeAs(expected);
        for (int i = 0; i < actual.size(); i++) {
            assertThat(actual.get(i).score()).isEqualTo(expected.get(i).score());
            assertThat(actual.get(i).map().values())
                    .isEqualTo(expected.get(i).map().values());
        }
    }

    @Test
    void savesAndLoadsToTheSameBits() {
        VisionAdConfig[] configs = {VisionAdConfig.PUBLISHED, Settings.augmented(false, false, 0.5)};
        for (VisionAdConfig config : configs) {
            Path file = folder.resolve("fitted");
            try (FittedDetector fitted = fit(config, image(1), image(2))) {
                fitted.save(file);
                assertThat(FittedDetectors.saved(file).method().name()).isEqualTo("visionad");
                try (FittedDetector loaded = FittedDetectors.load(file, network)) {
                    assertThat(loaded.config()).isEqualTo(fitted.config());
                    assertSameBits(loaded.score(List.of(image(7))), fitted.score(List.of(image(7))));
                    Path again = folder.resolve("again");
                    loaded.save(again);
                    assertThat(again).hasSameBinaryContentAs(file);
                }
            }
        }
    }

    @Test
    void aCoresetKeepsAShareOfTheRowsAndMostOfWhatTheyKnow() {
        VisionAdConfig whole = Settings.augmented(true, false);
        try (FittedDetector all = fit(whole, image(1), image(2));
                FittedDetector some = fit(Settings.augmented(true, false, 0.25), image(1), image(2))) {
            assertThat(all.config()).containsEntry("bankRows", 2L * 6 * 16);
            assertThat(some.config()).containsEntry("bankRows", 2L * 6 * 16 / 4);
            float good = some.score(image(9)).score();
            float bad = some.score(image(9, 20, 20, 200)).score();
            assertThat(good).isGreaterThanOrEqualTo(all.score(image(9)).score());
            assertThat(bad).isGreaterThan(2 * good);
        }
    }

    @Test
    void aBankInPartsFindsWhatOneSearchFinds() {
        float[] values = new float[70_000 * 3];
        Random random = new Random(4);
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        float[] wanted = {1, 2, 3, -3, 2, 1};
        try (var scope = backend.scope();
                MemoryBank.Builder builder = new MemoryBank.Builder(70_000, 3, scope)) {
            builder.add(scope.upload(values, 70_000, 3));
            MemoryBank bank = builder.build();
            assertThat(bank.size()).isEqualTo(70_000);
            assertThat(bank.parts()).hasSize(2);
            float[] found = bank.nearest(scope.upload(wanted, 2, 3));
            for (int query = 0; query < 2; query++) {
                double best = -1;
                for (int row = 0; row < 70_000; row++) {
                    best = Math.max(best, cosine(values, 3 * row, wanted, 3 * query));
                }
                assertThat(found[query]).isCloseTo((float) best, within(1e-6f));
            }
        }
    }

    private static double cosine(float[] a, int from, float[] b, int to) {
        double dot = 0;
        double aa = 0;
        double bb = 0;
        for (int i = 0; i < 3; i++) {
            dot += (double) a[from + i] * b[to + i];
            aa += (double) a[from + i] * a[from + i];
            bb += (double) b[to + i] * b[to + i];
        }
        return dot / Math.sqrt(aa * bb);
    }

    @Test
    void theClassAwareBankRecognisesProducts() {
        Map<String, References> products = new LinkedHashMap<>();
        products.put("orange", References.builder().normal(image(1)).build());
        products.put("blue", References.builder().normal(image(2, 20, 20, 200)).build());
        RgbImage orange = image(8);
        RgbImage blue = image(9, 20, 20, 200);
        Path file = folder.resolve("products");
        try (ClassAwareVisionAd fitted = new VisionAdDetector(network).scorer(products)) {
            assertThat(fitted.products()).containsExactly("orange", "blue");
            assertThat(fitted.recognise(orange)).isEqualTo("orange");
            assertThat(fitted.recognise(blue)).isEqualTo("blue");
            List<Anomaly> scored = fitted.score(List.of(blue, orange));
            assertSameBits(scored.subList(0, 1), List.of(fitted.product("blue").score(blue)));
            assertSameBits(
                    scored.subList(1, 2), List.of(fitted.product("orange").score(orange)));
            assertThat(fitted.product("orange").score(blue).score())
                    .isGreaterThan(5 * scored.get(0).score());
            assertThat(fitted.forImagesLike(blue)).isSameAs(fitted);
            try (ClassAwareVisionAd byFirst =
                    new VisionAdDetector(network, VisionAdConfig.PUBLISHED, ProductChoice.FIRST).scorer(products)) {
                assertSameBits(
                        byFirst.forImagesLike(blue).score(List.of(orange)),
                        List.of(fitted.product("blue").score(orange)));
            }
            assertThatThrownBy(() -> fitted.product("green"))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("orange, blue");
        }
        VisionAdDetector several = new VisionAdDetector(network, VisionAdConfig.PUBLISHED, ProductChoice.QUERY);
        try (FittedDetector fitted = several.fit(products)) {
            fitted.save(file);
            List<Anomaly> scored = fitted.score(List.of(blue, orange));
            assertThat(scored).extracting(Anomaly::verdict).containsOnly(Verdict.UNKNOWN);
            try (FittedDetector loaded = FittedDetectors.load(file, network)) {
                assertThat(loaded.products()).containsOnlyKeys("orange", "blue");
                assertThat(loaded.config()).isEqualTo(fitted.config());
                assertSameBits(loaded.score(List.of(blue, orange)), scored);
            }
        }
    }

    @Test
    void badInputIsRefused() {
        References abnormal = References.builder()
                .abnormal(image(1), new Mask(80, 60, new boolean[80 * 60]))
                .build();
        VisionAdDetector detector = new VisionAdDetector(network);
        assertThatThrownBy(() -> detector.fit(abnormal))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("no normal image");
        assertThatThrownBy(() -> detector.fit(Map.of())).isInstanceOf(InvalidInputException.class);
        try (DinoV2 wide = new DinoV2(
                VitWeights.seeded(TINY, "visionad/"),
                DinoV2.Options.DEFAULT.withInput(28, 56).withHeads(3),
                backend)) {
            assertThatThrownBy(() -> new VisionAdDetector(wide))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("a square");
        }
        VisionAdMethod method = new VisionAdMethod();
        assertThatThrownBy(() -> method.detector(network, Path.of("some.pth"), 0, OptionValues.NONE))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("no trained part");
        OptionValues odd = OptionValues.of(method.options(), Map.of("crop", 391));
        assertThatThrownBy(() -> method.backbones(odd).madeUp("dinov2_vits14_reg", BackboneLoader.Input.USUAL, backend))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("--crop");
        for (double share : new double[] {0, -1, 1.5, Double.NaN}) {
            assertThatThrownBy(() -> Settings.coreset(share))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("coreset");
        }
    }

    @Test
    void thePublishedNetworkIsUsedAsPublished() {
        DinoV2.Options large = VisionAdMethod.dinoV2(VitConfig.named("dinov2_vitl14_reg"));
        assertThat(large.layers())
                .containsExactlyElementsOf(IntStream.rangeClosed(4, 18).boxed().toList());
        assertThat(large.inputWidth()).isEqualTo(392);
        assertThat(large.margin()).isEqualTo(28);
        assertThat(large.finalNorm()).isFalse();
        DinoV2.Options small = VisionAdMethod.dinoV2(VitConfig.named("dinov2_vits14_reg"));
        assertThat(small.layers())
                .containsExactlyElementsOf(IntStream.rangeClosed(2, 9).boxed().toList());
        FeatureExtractor builtin = Backbones.open(
                "builtin", new VisionAdMethod().backbones(OptionValues.NONE), BackboneLoader.Input.USUAL, backend);
        assertThat(builtin.patches()).isEqualTo(1024);
        builtin.close();
    }
}
