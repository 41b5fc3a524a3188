package dev.ideal4j.detectors.anomalydino;

import static dev.ideal4j.core.testing.Close.assertClose;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ideal4j.core.Backend;
import dev.ideal4j.core.Backends;
import dev.ideal4j.core.image.RgbImage;
import dev.ideal4j.core.image.ScoreMap;
import dev.ideal4j.core.testing.Fixture;
import dev.ideal4j.detectors.Anomaly;
import dev.ideal4j.detectors.References;
import dev.ideal4j.detectors.Scorer;
import dev.ideal4j.detectors.common.ForegroundMask;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Turned images, distances, maps and scores as the published program computes them. */
@Tag("golden")
class AnomalyDinoGoldenTest {
    private static final double TOLERANCE = 1e-4;

    private static Fixture fixture() {
        return Fixture.open("rivals/anomalydino_tiny.safetensors");
    }

    private static RgbImage image(Fixture fixture, String name) {
        int[] shape = fixture.shape("picture/" + name);
        double[] values = fixture.doubles("picture/" + name);
        byte[] samples = new byte[values.length];
        for (int i = 0; i < samples.length; i++) {
            samples[i] = (byte) values[i];
        }
        return new RgbImage(shape[1], shape[0], samples);
    }

    private static AnomalyDinoConfig config(
            int rotations, boolean masked, boolean references, PatchMetric metric, int neighbours) {
        ForegroundMask mask = new ForegroundMask(1.5f, 3, 0.2, true);
        return new AnomalyDinoConfig(rotations, masked, references, mask, metric, neighbours, 0.01, 4);
    }

    @Test
    void turnedImagesHaveTheSameBits() {
        Fixture fixture = fixture();
        RgbImage first = image(fixture, "train/good/000");
        for (int i = 0; i < 8; i++) {
            double[] expected = fixture.doubles("full/reference" + i + "/rotated_rows_every_17th");
            byte[] turned = TurnedImage.turn(first, 45.0 * i).samples();
            int row = 3 * first.width();
            for (int j = 0; j < expected.length; j++) {
                assertThat(turned[j / row * 17 * row + j % row] & 0xff)
                        .as(i + " at " + j)
                        .isEqualTo((int) expected[j]);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("dev.ideal4j.core.testing.TestBackends#available")
    void distancesMapsAndScoresAgree(String name) {
        Fixture fixture = fixture();
        RgbImage first = image(fixture, "train/good/000");
        RgbImage second = image(fixture, "train/good/001");
        try (Backend backend = Backends.open(name)) {
            check(backend, fixture, "plain", 196, AnomalyDinoConfig.PUBLISHED.withRotations(1), List.of(second));
            check(
                    backend,
                    fixture,
                    "full",
                    196,
                    config(8, true, false, PatchMetric.L2_NORMALIZED, 1),
                    List.of(first, second));
            check(backend, fixture, "other", 84, config(1, true, true, PatchMetric.L2, 3), List.of(first, second));
            assertThat(backend.liveBytes()).isZero();
        }
    }

    private static void check(
            Backend backend,
            Fixture fixture,
            String setting,
            int edge,
            AnomalyDinoConfig config,
            List<RgbImage> references) {
        String prefix = fixture.meta("seed_prefix_backbone");
        try (AspectExtractor extractor = new AspectExtractor(backend, prefix, edge).like(references.get(0));
                Scorer scorer = new AnomalyDinoDetector(extractor, config)
                        .scorer(References.builder().normal(references).build())) {
            for (String query : List.of("good/000", "good/001", "bad/000", "bad/001")) {
                RgbImage image = image(fixture, "test/" + query);
                extractor.like(image);
                Anomaly anomaly = scorer.score(image);
                String what = setting + "/" + query + "/";
                assertClose(
                        what + "distance", anomaly.patches().values(), fixture.floats(what + "distance"), TOLERANCE);
                assertClose(
                        what + "score", new float[] {anomaly.score()}, fixture.floats(what + "image_score"), TOLERANCE);
                int[] shape = fixture.shape(what + "map_every_7th");
                ScoreMap map = anomaly.map();
                float[] some = new float[shape[0] * shape[1]];
                for (int i = 0; i < some.length; i++) {
                    some[i] = map.at(i % shape[1] * 7, i / shape[1] * 7);
                }
                assertClose(what + "map", some, fixture.floats(what + "map_every_7th"), TOLERANCE);
            }
        }
    }
}
