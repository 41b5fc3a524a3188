package dev.ideal4j.detectors.ideal;

import static dev.ideal4j.core.testing.Close.assertClose;
import static org.assertj.core.api.Assertions.assertThat;

import dev.ideal4j.core.Backend;
import dev.ideal4j.core.Backends;
import dev.ideal4j.core.testing.Fixture;
import dev.ideal4j.core.testing.TestBackends;
import dev.ideal4j.detectors.Anomaly;
import dev.ideal4j.detectors.GivenFeatures;
import dev.ideal4j.detectors.Scorer;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The detector on given features against values of the published implementation. */
@Tag("golden")
class IdealGoldenTest {
    static Stream<Arguments> cases() {
        return TestBackends.available()
                .flatMap(backend -> Stream.of("ideal_n1a1", "ideal_n2a2", "ideal_n4a1_k8r4", "ideal_n1a0", "ideal_n0a2")
                        .map(fixture -> Arguments.of(backend, fixture)));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void scores(String name, String file) {
        IdealFixture fixture = new IdealFixture(file);
        Fixture values = fixture.values;
        // With several samples only these values have each sample's own mask.
        boolean own = values.has("patch_score_own_mask");
        try (Backend backend = Backends.open(name)) {
            try (GivenFeatures extractor = fixture.extractor(backend);
                    IdealDetector ideal = IdealDetector.of(fixture.weights(), extractor, fixture.config())) {
                for (int sample = 0; sample < fixture.batch; sample++) {
                    try (Scorer fitted = ideal.scorer(fixture.references(extractor, sample))) {
                        Anomaly anomaly = fitted.score(fixture.query(extractor, sample));
                        String tensor = own ? "patch_score_own_mask" : "patch_score";
                        float[] expected = IdealFixture.sample(values, tensor, sample);
                        assertClose(tensor, anomaly.patches().values(), expected, 1e-4);
                        if (!own || fixture.batch == 1) {
                            checkImageAndMap(anomaly, values, sample);
                        }
                    }
                }
            }
            assertThat(backend.liveBytes()).isZero();
        }
    }

    /** The checkpoint as published holds the same encoder as the seeds make. */
    @ParameterizedTest
    @MethodSource("dev.ideal4j.core.testing.TestBackends#available")
    void publishedCheckpoint(String name) {
        Path checkpoint = Fixture.file("ideal/ideal_n1a1_checkpoint.pth");
        IdealFixture fixture = new IdealFixture("ideal_n1a1");
        try (Backend backend = Backends.open(name);
                GivenFeatures extractor = fixture.extractor(backend);
                IdealDetector ideal = IdealDetector.load(checkpoint, extractor, fixture.config());
                Scorer fitted = ideal.scorer(fixture.references(extractor, 0))) {
            float[] expected = IdealFixture.sample(fixture.values, "patch_score_own_mask", 0);
            Anomaly anomaly = fitted.score(fixture.query(extractor, 0));
            assertClose("patch_score_own_mask", anomaly.patches().values(), expected, 1e-4);
        }
    }

    private static void checkImageAndMap(Anomaly anomaly, Fixture values, int sample) {
        float[] logits = IdealFixture.sample(values, "image_logits", sample);
        assertClose("image_logits", new float[] {1 - anomaly.score(), anomaly.score()}, logits, 1e-4);
        float[] pixels = IdealFixture.sample(values, "pixel_logits", sample);
        float[] map = new float[pixels.length / 2];
        for (int i = 0; i < map.length; i++) {
            map[i] = (pixels[map.length + i] + 1 - pixels[i]) / 2;
        }
        assertThat(anomaly.map().width()).isEqualTo(values.shape("pixel_logits")[3]);
        assertThat(anomaly.map().height()).isEqualTo(values.shape("pixel_logits")[2]);
        assertClose("map of pixel_logits", anomaly.map().values(), map, 1e-4);
    }
}
