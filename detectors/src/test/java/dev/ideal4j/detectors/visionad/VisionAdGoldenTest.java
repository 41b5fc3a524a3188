package dev.ideal4j.detectors.visionad;

import static dev.ideal4j.core.testing.Close.assertClose;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ideal4j.backbone.DinoV2;
import dev.ideal4j.backbone.VitConfig;
import dev.ideal4j.backbone.VitWeights;
import dev.ideal4j.core.Backend;
import dev.ideal4j.core.Backends;
import dev.ideal4j.core.image.RgbImage;
import dev.ideal4j.core.testing.Fixture;
import dev.ideal4j.detectors.Anomaly;
import dev.ideal4j.detectors.FittedDetector;
import dev.ideal4j.detectors.References;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Maps and scores as the published implementation computes them. */
@Tag("golden")
class VisionAdGoldenTest {
    private static final int SIDE = 84;
    private static final double TOLERANCE = 1e-4;

    private static DinoV2 network(Backend backend, Fixture fixture) {
        VitConfig config = new VitConfig(64, 4, 4, 256, false, 4, 14, 37, VitConfig.Position.REGISTERS);
        DinoV2.Options options = DinoV2.Options.DEFAULT
                .withInput(SIDE, SIDE)
                .withHeads(4)
                .withLayers(List.of(1, 2, 3), false)
                .withPosition(VitConfig.Position.PLAIN);
        return new DinoV2(VitWeights.seeded(config, fixture.meta("seed_prefix")), options, backend);
    }

    private static List<RgbImage> pictures(GivenPixels extractor, float[] values) {
        int size = 3 * SIDE * SIDE;
        List<RgbImage> pictures = new ArrayList<>();
        for (int i = 0; i < values.length / size; i++) {
            pictures.add(extractor.picture(Arrays.copyOfRange(values, i * size, (i + 1) * size)));
        }
        return pictures;
    }

    @ParameterizedTest
    @MethodSource("dev.ideal4j.core.testing.TestBackends#available")
    void mapsAndScoresAgree(String name) {
        Fixture fixture = Fixture.open("rivals/visionad_tiny.safetensors");
        try (Backend backend = Backends.open(name)) {
            try (GivenPixels extractor = new GivenPixels(network(backend, fixture))) {
                List<RgbImage> queries = pictures(extractor, fixture.floats("query"));
                References references = References.builder()
                        .normal(pictures(extractor, fixture.floats("support")))
                        .build();
                check(extractor, VisionAdConfig.PUBLISHED, references, queries, fixture, "map_sum");
                check(
                        extractor,
                        VisionAdConfig.PUBLISHED.withAugmentation(true, false),
                        references,
                        queries,
                        fixture,
                        "map_plain");
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
        try (FittedDetector fitted = new VisionAdDetector(extractor, config).fit(references)) {
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
}
