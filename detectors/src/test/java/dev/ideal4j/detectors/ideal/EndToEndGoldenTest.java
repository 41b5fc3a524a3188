package dev.ideal4j.detectors.ideal;

import static dev.ideal4j.core.testing.Close.assertClose;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ideal4j.backbone.DinoV2;
import dev.ideal4j.backbone.VitConfig;
import dev.ideal4j.backbone.VitWeights;
import dev.ideal4j.core.Backend;
import dev.ideal4j.core.Backends;
import dev.ideal4j.core.checkpoint.SeededWeights;
import dev.ideal4j.core.checkpoint.Weights;
import dev.ideal4j.core.image.ImageReader;
import dev.ideal4j.core.image.MaskReader;
import dev.ideal4j.core.image.RgbImage;
import dev.ideal4j.core.image.ScoreMap;
import dev.ideal4j.core.testing.Fixture;
import dev.ideal4j.detectors.Anomaly;
import dev.ideal4j.detectors.FittedDetector;
import dev.ideal4j.detectors.References;
import dev.ideal4j.detectors.internal.ScoringPasses;
import dev.ideal4j.ide.EncoderWeights;
import dev.ideal4j.ide.IntrinsicDeviationEncoder;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Real photographs from the file to the smoothed map, through a whole ViT-S/14 of seeded weights. */
@Tag("golden")
class EndToEndGoldenTest {
    private static final int QUERIES = 3;
    private static final int MAP_STEP = 16;

    @ParameterizedTest
    @MethodSource("dev.ideal4j.core.testing.TestBackends#fast")
    void magneticTile(String name) {
        Fixture values = Fixture.open("endtoend/magnetic_tile_n1a1.safetensors");
        References references = References.builder()
                .normal(picture(values, "normal"))
                .abnormal(picture(values, "abnormal"), MaskReader.read(file(values, "abnormal_mask")))
                .build();
        System.setProperty(ScoringPasses.PROPERTY, "on");
        try (Backend backend = Backends.open(name)) {
            try (DinoV2 dino = backbone(values, backend);
                    IdealDetector ideal = IdealDetector.of(head(values, dino.width()), dino, IdealConfig.PUBLISHED);
                    FittedDetector fitted = ideal.fit(references)) {
                List<RgbImage> queries =
                        List.of(picture(values, "query0"), picture(values, "query1"), picture(values, "query2"));
                List<Anomaly> anomalies = fitted.score(queries);
                for (int i = 0; i < QUERIES; i++) {
                    check(anomalies.get(i), values, "query" + i + "/");
                }
                // One by one the pass is the same each time: the second is recorded, the third replayed.
                for (int i = 0; i < QUERIES; i++) {
                    Anomaly alone = fitted.score(queries.get(i));
                    check(alone, values, "query" + i + "/");
                    assertThat(alone.map().values())
                            .isEqualTo(anomalies.get(i).map().values());
                }
            }
            assertThat(backend.liveBytes()).isZero();
        } finally {
            System.clearProperty(ScoringPasses.PROPERTY);
        }
    }

    private static DinoV2 backbone(Fixture values, Backend backend) {
        VitWeights weights = VitWeights.seeded(VitConfig.named("dinov2_vits14"), values.meta("seed_prefix_backbone"));
        return new DinoV2(weights, DinoV2.Options.DEFAULT, backend);
    }

    private static Weights head(Fixture values, int width) {
        return new SeededWeights(
                values.meta("seed_prefix_head"),
                EncoderWeights.shapes(IntrinsicDeviationEncoder.PUBLISHED_VECTORS, width));
    }

    private static RgbImage picture(Fixture values, String key) {
        return ImageReader.read(file(values, key));
    }

    private static Path file(Fixture values, String key) {
        return Fixture.data("magnetic-tile/tile/" + values.meta(key));
    }

    private static void check(Anomaly anomaly, Fixture values, String query) {
        assertClose(query + "patch_score", anomaly.patches().values(), values.floats(query + "patch_score"), 1e-4);
        float[] score = {anomaly.score()};
        assertClose(query + "image_score", score, values.floats(query + "image_score"), 1e-4);
        String tensor = query + "smoothed_map_every_16th";
        int[] shape = values.shape(tensor);
        ScoreMap map = anomaly.map();
        assertThat(map.height()).isEqualTo(MAP_STEP * shape[0]);
        assertThat(map.width()).isEqualTo(MAP_STEP * shape[1]);
        float[] kept = new float[shape[0] * shape[1]];
        for (int i = 0; i < kept.length; i++) {
            kept[i] = map.at(MAP_STEP * (i % shape[1]), MAP_STEP * (i / shape[1]));
        }
        assertClose(tensor, kept, values.floats(tensor), 1e-4);
    }
}
