package dev.ideal4j.detectors.visionad;

import static dev.ideal4j.core.testing.Close.assertClose;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ideal4j.backbone.DinoV2;
import dev.ideal4j.backbone.VitConfig;
import dev.ideal4j.backbone.VitWeights;
import dev.ideal4j.core.Backend;
import dev.ideal4j.core.Backends;
import dev.ideal4j.core.checkpoint.SeededValues;
import dev.ideal4j.core.image.RgbImage;
import dev.ideal4j.core.testing.Fixture;
import dev.ideal4j.detectors.Anomaly;
import dev.ideal4j.detectors.References;
import dev.ideal4j.detectors.Scorer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Maps and scores as the published implementation computes them. */
@Tag("golden")
class VisionAdGoldenTest {
    private static final int SIDE = 84;
    private static final double TOLERANCE = 1e-4;

    private static DinoV2 network(Backend backend, String prefix) {
        VitConfig config = new VitConfig(64, 4, 4, 256, false, 4, 14, 37, VitConfig.Position.REGISTERS);
        DinoV2.Options options = DinoV2.Options.DEFAULT
                .withInput(SIDE, SIDE)
                .withHeads(4)
                .withLayers(List.of(1, 2, 3), false)
                .withPosition(VitConfig.Position.PLAIN);
        return new DinoV2(VitWeights.seeded(config, prefix), options, backend);
    }

    private static List<RgbImage> images(GivenPixels extractor, float[] values) {
        int size = 3 * SIDE * SIDE;
        List<RgbImage> images = new ArrayList<>();
        for (int i = 0; i < values.length / size; i++) {
            images.add(extractor.image(Arrays.copyOfRange(values, i * size, (i + 1) * size)));
        }
        return images;
    }

    @ParameterizedTest
    @MethodSource("dev.ideal4j.core.testing.TestBackends#available")
    void mapsAndScoresAgree(String name) {
        Fixture fixture = Fixture.open("rivals/visionad_tiny.safetensors");
        try (Backend backend = Backends.open(name)) {
            try (GivenPixels extractor = new GivenPixels(network(backend, fixture.meta("seed_prefix")))) {
                List<RgbImage> queries = images(extractor, fixture.floats("query"));
                References references = References.builder()
                        .normal(images(extractor, fixture.floats("support")))
                        .build();
                check(extractor, VisionAdConfig.PUBLISHED, references, queries, fixture, "map_sum");
                check(extractor, Settings.augmented(true, false), references, queries, fixture, "map_plain");
            }
            assertThat(backend.liveBytes()).isZero();
        }
    }

    private static void check(
            GivenPixels extractor,
            VisionAdConfig config,
            References references,
            List<RgbImage> queries,
            Fixture fixture,
            String map) {
        try (Scorer fitted = new VisionAdDetector(extractor, config).scorer(references)) {
            List<Anomaly> anomalies = fitted.score(queries);
            float[] expected = fixture.floats(map);
            float[] scores = new float[anomalies.size()];
            for (int i = 0; i < scores.length; i++) {
                float[] patches = anomalies.get(i).patches().values();
                float[] own = Arrays.copyOfRange(expected, i * patches.length, (i + 1) * patches.length);
                assertClose(map + " " + i, patches, own, TOLERANCE);
                scores[i] = anomalies.get(i).score();
            }
            if (map.equals("map_sum")) {
                assertClose("image_score", scores, fixture.floats("image_score"), TOLERANCE);
            }
        }
    }

    /** Other weights and other images, in both ways to be fitted, against the reference in double precision. */
    @Tag("long")
    @ParameterizedTest
    @MethodSource("dev.ideal4j.core.testing.TestBackends#fast")
    void otherSeedsAgreeWithTheReference(String name) {
        for (String seed : List.of("first/", "second/")) {
            List<Anomaly> actual = other(name, seed);
            List<Anomaly> expected = other("reference", seed);
            for (int i = 0; i < expected.size(); i++) {
                Anomaly a = actual.get(i);
                Anomaly e = expected.get(i);
                assertClose(seed + " patches", a.patches().values(), e.patches().values(), TOLERANCE);
                assertClose(seed + " map", a.map().values(), e.map().values(), TOLERANCE);
                assertClose(seed + " score", new float[] {a.score()}, new float[] {e.score()}, TOLERANCE);
            }
        }
    }

    /** Two queries scored by one product's bank, and by the banks of two products. */
    private static List<Anomaly> other(String name, String seed) {
        int size = 3 * SIDE * SIDE;
        List<Anomaly> anomalies = new ArrayList<>();
        try (Backend backend = Backends.open(name);
                GivenPixels extractor = new GivenPixels(network(backend, seed))) {
            List<RgbImage> support = images(extractor, SeededValues.uniform(seed + "support", 3 * size, 2, 0));
            List<RgbImage> queries = images(extractor, SeededValues.uniform(seed + "query", 2 * size, 2, 0));
            References one = References.builder().normal(support.get(0)).build();
            References two =
                    References.builder().normal(support.get(1), support.get(2)).build();
            VisionAdDetector detector = new VisionAdDetector(extractor, Settings.coreset(0.7));
            try (Scorer single = new VisionAdDetector(extractor).scorer(two);
                    Scorer several = detector.scorer(new TreeMap<>(Map.of("one", one, "two", two)))) {
                anomalies.addAll(single.score(queries));
                anomalies.addAll(several.score(queries));
            }
        }
        return anomalies;
    }
}
