package dev.ideal4j.detectors.subspacead;

import static dev.ideal4j.core.testing.Close.assertClose;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ideal4j.backbone.DinoV2;
import dev.ideal4j.backbone.VitConfig;
import dev.ideal4j.backbone.VitWeights;
import dev.ideal4j.core.Backend;
import dev.ideal4j.core.Backends;
import dev.ideal4j.core.Scope;
import dev.ideal4j.core.image.RgbImage;
import dev.ideal4j.core.image.ScoreMap;
import dev.ideal4j.core.testing.Fixture;
import dev.ideal4j.detectors.Anomaly;
import dev.ideal4j.detectors.References;
import dev.ideal4j.detectors.References.Reference;
import dev.ideal4j.detectors.References.Role;
import dev.ideal4j.detectors.Scorer;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Turned copies, axes, scores and maps as the published program computes them. */
@Tag("golden")
class SubspaceAdGoldenTest {
    private static final double TOLERANCE = 1e-4;
    private static final Map<String, double[]> ANGLES =
            Map.of("ref0", new double[] {37.5, 144.25, 301}, "ref1", new double[] {90, 12.125, 222.75});

    private static Fixture fixture() {
        return Fixture.open("rivals/subspacead_tiny.safetensors");
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

    private static References references(Fixture fixture) {
        References.Builder builder = References.builder();
        for (String name : List.of("ref0", "ref1")) {
            builder.add(name, Role.NORMAL, image(fixture, name), null, null);
        }
        return builder.build();
    }

    @Test
    void turnedCopiesHaveTheSameBits() {
        Fixture fixture = fixture();
        for (Reference reference : references(fixture).all()) {
            for (int i = 0; i < 3; i++) {
                double[] expected = fixture.doubles("rotated/" + reference.name() + "_" + i + "_every_13th_row");
                RgbImage turned = TurnedCopy.of(reference, ANGLES.get(reference.name())[i])
                        .image();
                int row = 3 * turned.width();
                for (int j = 0; j < expected.length; j++) {
                    assertThat(turned.samples()[j / row * 13 * row + j % row] & 0xff)
                            .as(reference.name() + " " + i + " at " + j)
                            .isEqualTo((int) expected[j]);
                }
            }
        }
    }

    private static DinoV2 network(Fixture fixture, Backend backend) {
        VitConfig config = new VitConfig(64, 6, 4, 256, false, 4, 14, 37, VitConfig.Position.REGISTERS);
        int side = fixture.metaInt("resolution");
        DinoV2.Options options =
                DinoV2.Options.DEFAULT.withInput(side, side).withHeads(4).withLayers(List.of(2, 3, 4), false);
        return new DinoV2(VitWeights.seeded(config, fixture.meta("seed_prefix")), options, backend);
    }

    @ParameterizedTest
    @MethodSource("dev.ideal4j.core.testing.TestBackends#available")
    void axesScoresAndMapsAgree(String name) {
        Fixture fixture = fixture();
        SubspaceAdConfig published = SubspaceAdConfig.PUBLISHED;
        try (Backend backend = Backends.open(name)) {
            try (DinoV2 network = network(fixture, backend)) {
                check(network, fixture, "ev99", "", published);
                check(network, fixture, "dim5", "", published.withComponents(5, 0));
                SubspaceAdConfig less = published.withExplainedVariance(0.9);
                check(network, fixture, "ev90", "", less);
                check(network, fixture, "ev90", "_drop2", less.withComponents(0, 2));
                check(network, fixture, "ev90", "_mahalanobis", less.withPatchScore(PatchScore.MAHALANOBIS));
                check(network, fixture, "ev90", "_euclidean", less.withPatchScore(PatchScore.EUCLIDEAN));
                check(network, fixture, "ev90", "_cosine", less.withPatchScore(PatchScore.COSINE));
            }
            assertThat(backend.liveBytes()).isZero();
        }
    }

    private static void check(DinoV2 network, Fixture fixture, String setting, String kind, SubspaceAdConfig config) {
        SubspaceAdDetector detector =
                new SubspaceAdDetector(network, config, reference -> ANGLES.get(reference.name()));
        References references = references(fixture);
        if (kind.isEmpty()) {
            try (Scope scope = network.backend().scope()) {
                checkAxes(detector.axes(references.all(), scope), fixture, setting);
            }
        }
        try (Scorer scorer = detector.scorer(references)) {
            for (String query : List.of("good", "bad")) {
                Anomaly anomaly = scorer.score(image(fixture, query));
                String what = setting + "/" + query + "/";
                assertClose(
                        what + kind,
                        anomaly.patches().values(),
                        fixture.floats(what + "patch_score" + kind),
                        TOLERANCE);
                if (kind.isEmpty()) {
                    float[] score = {anomaly.score()};
                    assertClose(what + "score", score, fixture.floats(what + "image_score"), TOLERANCE);
                    ScoreMap map = anomaly.map();
                    float[] some = new float[34 * 34];
                    for (int i = 0; i < some.length; i++) {
                        some[i] = map.at(i % 34 * 5, i / 34 * 5);
                    }
                    assertClose(what + "map", some, fixture.floats(what + "map_every_5th"), TOLERANCE);
                }
            }
        }
    }

    private static void checkAxes(PrincipalAxes axes, Fixture fixture, String setting) {
        int components = (int) fixture.doubles(setting + "/components")[0];
        assertThat(axes.axes()).hasNumberOfRows(components);
        assertClose("mean", floats(axes.mean()), fixture.floats(setting + "/mean"), TOLERANCE);
        assertClose("eigenvalues", floats(axes.eigenvalues()), fixture.floats(setting + "/eigenvalues"), TOLERANCE);
        double[] diagonal = new double[axes.mean().length];
        for (double[] axis : axes.axes()) {
            for (int i = 0; i < diagonal.length; i++) {
                diagonal[i] += axis[i] * axis[i];
            }
        }
        assertClose("projector", floats(diagonal), fixture.floats(setting + "/projector_diagonal"), TOLERANCE);
    }

    private static float[] floats(double[] values) {
        float[] floats = new float[values.length];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = (float) values[i];
        }
        return floats;
    }
}
