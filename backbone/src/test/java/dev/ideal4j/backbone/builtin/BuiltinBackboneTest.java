package dev.ideal4j.backbone.builtin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.ideal4j.core.Backend;
import dev.ideal4j.core.Backends;
import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.Scope;
import dev.ideal4j.core.image.RgbImage;
import dev.ideal4j.core.testing.Close;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class BuiltinBackboneTest {
    private static final RgbImage IMAGE = DeadLeaves.image(100);

    private static Backend backend;
    private static BuiltinBackbone backbone;

    @BeforeAll
    static void open() {
        backend = Backends.open("cpu");
        backbone = new BuiltinBackbone(backend);
    }

    @AfterAll
    static void close() {
        backbone.close();
        assertThat(backend.liveBytes()).isZero();
        backend.close();
    }

    @Test
    void givesPublishedSizes() {
        assertThat(backbone.name()).isEqualTo("builtin");
        assertThat(backbone.patches()).isEqualTo(1024);
        assertThat(backbone.width()).isEqualTo(384);
        try (Scope scope = backend.scope()) {
            assertThat(backbone.features(List.of(IMAGE, IMAGE), scope).shape().toArray())
                    .containsExactly(2, 1024, 384);
            assertThat(backbone.features(List.of(), scope).shape().toArray()).containsExactly(0, 1024, 384);
        }
    }

    @Test
    void sameImageSameBitsAloneOrAmongOthers() {
        float[] alone = features(backbone, IMAGE);
        assertThat(features(backbone, IMAGE)).isEqualTo(alone);
        try (Scope scope = backend.scope()) {
            float[] second = backbone.features(List.of(DeadLeaves.image(3), IMAGE), scope)
                    .slice(1, 1)
                    .toArray();
            assertThat(second).isEqualTo(alone);
        }
    }

    @Test
    void agreesWithTheReferenceBackend() {
        try (Backend reference = Backends.open("reference");
                BuiltinBackbone exact = new BuiltinBackbone(reference)) {
            Close.assertClose("features", features(backbone, IMAGE), features(exact, IMAGE), 1e-4);
            assertThat(exact.fingerprint()).isEqualTo(backbone.fingerprint());
        }
    }

    @Test
    void theSmoothOneIsAnotherNetworkOfAnySize() {
        try (BuiltinBackbone smooth = BuiltinBackbone.smooth(backend, 112)) {
            assertThat(smooth.name()).isEqualTo("builtin-smooth");
            assertThat(smooth.patches()).isEqualTo(64);
            assertThat(smooth.fingerprint()).isNotEqualTo(backbone.fingerprint());
            assertThat(features(smooth, IMAGE)).hasSize(64 * 384);
        }
        assertThatThrownBy(() -> BuiltinBackbone.smooth(backend, 120)).isInstanceOf(InvalidInputException.class);
    }

    @Test
    void fingerprintIsTheSameOnEveryMachine() {
        assertThat(backbone.fingerprint()).startsWith("28910ba29f87f547");
    }

    @Test
    void statisticsAreThoseOfDiscs() {
        Statistics stored = Statistics.load();
        Statistics measured = DeadLeaves.measure(backend);
        Close.assertClose("deviations", measured.deviations(), stored.deviations(), 1e-3);
        Close.assertClose("mean", measured.mean(), stored.mean(), 1e-3);
        assertThat(measured.spread()).isCloseTo(stored.spread(), within(1e-3f));
    }

    @Test
    void cosineFallsWithTheDistanceOfDescriptionsLikeAGaussian() {
        float[] described;
        try (Scope scope = backend.scope()) {
            described = backbone.describe(IMAGE, scope).toArray();
        }
        float[] features = features(backbone, IMAGE);
        int width = described.length / backbone.patches();
        double error = 0;
        int pairs = 0;
        for (int i = 0; i + 37 < backbone.patches(); i += 5, pairs++) {
            double cosine = cosine(described, i, i + 37, width);
            double distance = Math.sqrt(2 - 2 * cosine) / Statistics.load().spread();
            double expected = Math.exp(-0.5 * Math.pow(RandomWaves.SHARP * distance, 2));
            error += Math.abs(cosine(features, i, i + 37, backbone.width()) - expected);
        }
        assertThat(error / pairs).isLessThan(0.08);
    }

    @Test
    void lightMattersLessThanTexture() {
        RgbImage brighter = map(IMAGE, 1.06, 0);
        RgbImage moved = roll(IMAGE, 60);
        float[] features = features(backbone, IMAGE);
        double sameInOtherLight = meanCosine(features, features(backbone, brighter));
        double otherTexture = meanCosine(features, features(backbone, moved));
        assertThat(sameInOtherLight).isGreaterThan(0.95);
        assertThat(otherTexture).isLessThan(0.5);
    }

    @Test
    void flatImagesAreFinite() {
        for (int grey : new int[] {0, 128, 255}) {
            float[] features = features(backbone, map(IMAGE, 0, grey));
            for (float value : features) {
                assertThat(value).isFinite();
            }
        }
    }

    private static float[] features(BuiltinBackbone backbone, RgbImage image) {
        try (Scope scope = backbone.backend().scope()) {
            return backbone.features(List.of(image), scope).toArray();
        }
    }

    private static double meanCosine(float[] a, float[] b) {
        int rows = backbone.patches();
        int width = backbone.width();
        float[] both = Arrays.copyOf(a, a.length + b.length);
        System.arraycopy(b, 0, both, a.length, b.length);
        double sum = 0;
        for (int i = 0; i < rows; i++) {
            sum += cosine(both, i, rows + i, width);
        }
        return sum / rows;
    }

    private static double cosine(float[] rows, int i, int j, int width) {
        double dot = 0;
        double first = 0;
        double second = 0;
        for (int c = 0; c < width; c++) {
            double a = rows[i * width + c];
            double b = rows[j * width + c];
            dot += a * b;
            first += a * a;
            second += b * b;
        }
        return dot / Math.sqrt(first * second);
    }

    private static RgbImage map(RgbImage image, double factor, double shift) {
        byte[] samples = new byte[image.samples().length];
        for (int i = 0; i < samples.length; i++) {
            samples[i] = (byte) Math.min(255, Math.round((image.samples()[i] & 0xFF) * factor + shift));
        }
        return new RgbImage(image.width(), image.height(), samples);
    }

    private static RgbImage roll(RgbImage image, int rows) {
        byte[] samples = new byte[image.samples().length];
        int by = 3 * image.width() * rows;
        System.arraycopy(image.samples(), 0, samples, by, samples.length - by);
        System.arraycopy(image.samples(), samples.length - by, samples, 0, by);
        return new RgbImage(image.width(), image.height(), samples);
    }
}
