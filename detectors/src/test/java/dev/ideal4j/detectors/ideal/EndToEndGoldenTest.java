package dev.ideal4j.detectors.ideal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.ideal4j.backbone.DinoV2;
import dev.ideal4j.backbone.VitConfig;
import dev.ideal4j.backbone.VitWeights;
import dev.ideal4j.core.Backend;
import dev.ideal4j.core.Backends;
import dev.ideal4j.core.Scope;
import dev.ideal4j.core.checkpoint.SeededWeights;
import dev.ideal4j.core.checkpoint.Weights;
import dev.ideal4j.core.image.ImageReader;
import dev.ideal4j.core.image.MaskReader;
import dev.ideal4j.core.image.RgbImage;
import dev.ideal4j.core.image.ScoreMap;
import dev.ideal4j.core.testing.Fixture;
import dev.ideal4j.detectors.Anomaly;
import dev.ideal4j.detectors.References;
import dev.ideal4j.detectors.Scorer;
import dev.ideal4j.detectors.common.ScoringPasses;
import dev.ideal4j.ide.EncoderWeights;
import dev.ideal4j.ide.IntrinsicDeviationEncoder;
import dev.ideal4j.ide.PatchMask;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Real photographs from the file to the smoothed map, through a whole ViT-S/14 of seeded weights.
 *
 * <p>A patch whose twelfth and thirteenth neighbours are nearly equally near may lose one of them with another rounding,
 * which moves its score. Such patches are found in double precision and held to a wider tolerance. When the defect of the
 * reference has such a patch, the deviation vectors move, and with them all scores.
 */
@Tag("golden")
@Tag("long")
class EndToEndGoldenTest {
    private static final int QUERIES = 3;
    private static final int MAP_STEP = 16;
    private static final double TOLERANCE = 1e-4;
    private static final double UNDECIDED = 1e-2;

    @ParameterizedTest
    @MethodSource("dev.ideal4j.core.testing.TestBackends#fast")
    void magneticTile(String name) {
        Fixture values = Fixture.open("endtoend/magnetic_tile_n1a1.safetensors");
        References references = References.builder()
                .normal(image(values, "normal"))
                .abnormal(image(values, "abnormal"), MaskReader.read(file(values, "abnormal_mask")))
                .build();
        System.setProperty(ScoringPasses.PROPERTY, "on");
        try (Backend backend = Backends.open(name)) {
            try (DinoV2 dino = backbone(values, backend);
                    IdealDetector ideal = IdealDetector.of(head(values, dino.width()), dino, IdealConfig.PUBLISHED);
                    Scorer fitted = ideal.scorer(references)) {
                List<RgbImage> queries =
                        List.of(image(values, "query0"), image(values, "query1"), image(values, "query2"));
                List<Anomaly> anomalies = fitted.score(queries);
                for (int i = 0; i < QUERIES; i++) {
                    check(anomalies.get(i), values, "query" + i + "/", undecided(references, queries.get(i), dino));
                }
                // One by one the pass is the same each time: the second is recorded, the third replayed.
                for (int i = 0; i < QUERIES; i++) {
                    Anomaly alone = fitted.score(queries.get(i));
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

    private static RgbImage image(Fixture values, String key) {
        return ImageReader.read(file(values, key));
    }

    private static Path file(Fixture values, String key) {
        return Fixture.data("magnetic-tile/tile/" + values.meta(key));
    }

    /** Which patches of a query float32 cannot decide; all of them if the defect of the reference has one. */
    private static boolean[] undecided(References references, RgbImage query, DinoV2 dino) {
        int k = IdealConfig.PUBLISHED.eraser().neighbours();
        float[] normal = features(references.normal().get(0), dino);
        References.Abnormal abnormal = references.abnormal().get(0);
        PatchMask mask = PatchMask.of(abnormal.mask().resize(dino.inputWidth(), dino.inputHeight()), dino.patchSize());
        boolean[] ofDefect = NearTies.of(features(abnormal.image(), dino), normal, dino.width(), k);
        boolean[] tied = NearTies.of(features(query, dino), normal, dino.width(), k);
        for (int patch = 0; patch < ofDefect.length; patch++) {
            if (ofDefect[patch] && mask.marked(patch)) {
                Arrays.fill(tied, true);
            }
        }
        return tied;
    }

    private static float[] features(RgbImage image, DinoV2 dino) {
        try (Scope scope = dino.backend().scope()) {
            return dino.features(List.of(image), scope).toArray();
        }
    }

    private static void check(Anomaly anomaly, Fixture values, String query, boolean[] undecided) {
        float[] patches = anomaly.patches().values();
        float[] expected = values.floats(query + "patch_score");
        double moved = 0;
        for (int i = 0; i < patches.length; i++) {
            double error = Math.abs(patches[i] - expected[i]);
            assertThat(error).as("%spatch_score[%d]", query, i).isLessThan(undecided[i] ? UNDECIDED : TOLERANCE);
            moved = Math.max(moved, undecided[i] ? error : 0);
        }
        // The image score is a mean of patch scores and the map a weighted mean, so neither moves more than a patch
        // does.
        assertThat((double) anomaly.score())
                .as(query + "image_score")
                .isCloseTo(values.floats(query + "image_score")[0], within(TOLERANCE + moved));
        String tensor = query + "smoothed_map_every_16th";
        int[] shape = values.shape(tensor);
        ScoreMap map = anomaly.map();
        assertThat(map.height()).isEqualTo(MAP_STEP * shape[0]);
        assertThat(map.width()).isEqualTo(MAP_STEP * shape[1]);
        float[] smoothed = values.floats(tensor);
        for (int i = 0; i < smoothed.length; i++) {
            float actual = map.at(MAP_STEP * (i % shape[1]), MAP_STEP * (i / shape[1]));
            assertThat((double) actual).as(tensor).isCloseTo(smoothed[i], within(TOLERANCE + moved));
        }
    }
}
