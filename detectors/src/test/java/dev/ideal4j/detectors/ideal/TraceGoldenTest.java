package dev.ideal4j.detectors.ideal;

import static dev.ideal4j.core.testing.Close.assertClose;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ideal4j.backbone.DinoV2;
import dev.ideal4j.backbone.VisionTransformer;
import dev.ideal4j.backbone.VitWeights;
import dev.ideal4j.core.Backend;
import dev.ideal4j.core.Backends;
import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.Scope;
import dev.ideal4j.core.Tensor;
import dev.ideal4j.core.checkpoint.Checkpoints;
import dev.ideal4j.core.checkpoint.SeededValues;
import dev.ideal4j.core.checkpoint.WeightFile;
import dev.ideal4j.core.image.Mask;
import dev.ideal4j.core.image.RgbImage;
import dev.ideal4j.core.testing.Fixture;
import dev.ideal4j.detectors.Anomaly;
import dev.ideal4j.detectors.GivenFeatures;
import dev.ideal4j.detectors.References;
import dev.ideal4j.detectors.Scorer;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Backbone and encoder out of one TorchScript archive, against the archive's own outputs. */
@Tag("golden")
class TraceGoldenTest {
    private static final int PATCH_SIZE = 14;

    @ParameterizedTest
    @MethodSource("dev.ideal4j.core.testing.TestBackends#available")
    void fromImagesToScores(String name) {
        Path trace = Fixture.file("ideal/trace_tiny_n1a1.pt");
        Fixture values = Fixture.open("ideal/trace_tiny_n1a1.safetensors");
        int size = values.metaInt("image");
        int grid = size / PATCH_SIZE;
        try (Backend backend = Backends.open(name)) {
            try (WeightFile weights = Checkpoints.open(trace);
                    VisionTransformer transformer = VisionTransformer.load(VitWeights.of(weights), backend);
                    GivenFeatures extractor = new GivenFeatures(
                            backend,
                            grid,
                            grid,
                            PATCH_SIZE,
                            transformer.config().width(),
                            "trace");
                    IdealDetector ideal = IdealDetector.load(
                            trace, extractor, IdealConfig.builder().smoothing(0).build())) {
                RgbImage normal = image(values, "normal", transformer, extractor);
                RgbImage abnormal = image(values, "abnormal", transformer, extractor);
                References references = References.builder()
                        .normal(normal)
                        .abnormal(abnormal, mask(values.floats("abnormal_mask"), size))
                        .build();
                try (Scorer fitted = ideal.scorer(references)) {
                    check(fitted.score(image(values, "query", transformer, extractor)), values);
                }
            }
            assertThat(backend.liveBytes()).isZero();
        }
    }

    /** Loaded as one, the parts are those that the archive holds; images go all the way through. */
    @ParameterizedTest
    @MethodSource("dev.ideal4j.core.testing.TestBackends#fast")
    void loadsAsOne(String name) {
        Path archive = Fixture.file("ideal/trace_tiny_n1a1.pt");
        int size = Fixture.open("ideal/trace_tiny_n1a1.safetensors").metaInt("image");
        DinoV2.Options options = DinoV2.Options.DEFAULT.withInput(size, size);
        RgbImage good = noise("good", size);
        boolean[] defect = new boolean[size * size];
        Arrays.fill(defect, size * size / 2, size * size / 2 + 20, true);
        References references = References.builder()
                .normal(good)
                .abnormal(noise("bad", size), new Mask(size, size, defect))
                .build();
        try (Backend backend = Backends.open(name)) {
            try (IdealTrace trace = IdealTrace.load(archive, options, IdealConfig.PUBLISHED, backend);
                    Scorer together = trace.detector().scorer(references);
                    DinoV2 backbone = DinoV2.load(archive, options, backend);
                    IdealDetector detector = IdealDetector.load(archive, backbone);
                    Scorer apart = detector.scorer(references)) {
                Anomaly anomaly = together.score(noise("query", size));
                assertThat(anomaly.score()).isBetween(0f, 1f);
                assertThat(anomaly.map().values())
                        .isEqualTo(apart.score(noise("query", size)).map().values());
            }
            assertThat(backend.liveBytes()).isZero();
        }
    }

    @Test
    void aCheckpointWithoutBackboneIsNoTrace() {
        Path checkpoint = Fixture.file("ideal/ideal_n1a1_checkpoint.pth");
        try (Backend backend = Backends.open("reference")) {
            assertThatThrownBy(() -> IdealTrace.load(checkpoint, backend))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContainingAll(checkpoint.toString(), "cls_token");
            assertThat(backend.liveBytes()).isZero();
        }
    }

    private static RgbImage noise(String seed, int side) {
        float[] values = SeededValues.uniform(seed, 3 * side * side, 127, 128);
        byte[] samples = new byte[values.length];
        for (int i = 0; i < samples.length; i++) {
            samples[i] = (byte) values[i];
        }
        return new RgbImage(side, side, samples);
    }

    /** An image that stands for the features of normalised samples. */
    private static RgbImage image(
            Fixture values, String tensor, VisionTransformer transformer, GivenFeatures extractor) {
        try (Scope scope = transformer.backend().scope()) {
            int size = values.metaInt("image");
            Tensor image = scope.upload(values.floats(tensor), 1, 3, size, size);
            return extractor.image(transformer.patches(image, scope).toArray());
        }
    }

    private static Mask mask(float[] pixels, int size) {
        boolean[] set = new boolean[pixels.length];
        for (int i = 0; i < set.length; i++) {
            set[i] = pixels[i] > 0;
        }
        return new Mask(size, size, set);
    }

    private static void check(Anomaly anomaly, Fixture values) {
        assertClose("patch_score", anomaly.patches().values(), values.floats("patch_score"), 1e-4);
        float[] logits = {1 - anomaly.score(), anomaly.score()};
        assertClose("image_logits", logits, values.floats("image_logits"), 1e-4);
        float[] pixels = values.floats("pixel_logits_every_8th");
        int kept = values.shape("pixel_logits_every_8th")[3];
        float[] map = new float[kept * kept];
        float[] expected = new float[map.length];
        for (int i = 0; i < map.length; i++) {
            map[i] = anomaly.map().at(8 * (i % kept), 8 * (i / kept));
            expected[i] = (pixels[map.length + i] + 1 - pixels[i]) / 2;
        }
        assertClose("pixel_logits_every_8th", map, expected, 1e-4);
    }
}
