package dev.ideal4j.detectors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ideal4j.backbone.FeatureExtractor;
import dev.ideal4j.backbone.ResNet18Backbone;
import dev.ideal4j.backbone.builtin.BuiltinBackbone;
import dev.ideal4j.core.Backend;
import dev.ideal4j.core.Backends;
import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.image.Mask;
import dev.ideal4j.core.image.RgbImage;
import dev.ideal4j.core.image.ScoreMap;
import dev.ideal4j.detectors.References.Role;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Regions that do not count, of every method. Only the left half of the parts counts. */
class IgnoredPixelsTest {
    private static final int SIDE = 112;

    private Backend backend;

    @BeforeEach
    void open() {
        backend = Backends.open("cpu");
    }

    @AfterEach
    void close() {
        assertThat(backend.liveBytes()).isZero();
        backend.close();
    }

    /** A noisy part with a dark square whose left column is {@code spot}; none if it is negative. */
    private static RgbImage part(int seed, int spot) {
        Random random = new Random(seed);
        byte[] samples = new byte[3 * SIDE * SIDE];
        for (int i = 0; i < samples.length; i++) {
            int x = i / 3 % SIDE;
            int y = i / 3 / SIDE;
            boolean dark = spot >= 0 && x >= spot && x < spot + 24 && y >= 40 && y < 64;
            samples[i] = (byte) ((dark ? 20 : 130) + random.nextInt(25));
        }
        return new RgbImage(SIDE, SIDE, samples);
    }

    private static Mask columns(int from, int to) {
        boolean[] pixels = new boolean[SIDE * SIDE];
        for (int y = 0; y < SIDE; y++) {
            Arrays.fill(pixels, y * SIDE + from, y * SIDE + to, true);
        }
        return new Mask(SIDE, SIDE, pixels);
    }

    private static Mask spot(int left) {
        boolean[] pixels = new boolean[SIDE * SIDE];
        for (int y = 40; y < 64; y++) {
            Arrays.fill(pixels, y * SIDE + left, y * SIDE + left + 24, true);
        }
        return new Mask(SIDE, SIDE, pixels);
    }

    private interface Use {
        void with(FewShotDetector detector);
    }

    private void withDetector(String name, Use use) {
        DetectorMethod method = DetectorMethods.named(name);
        boolean devnet = name.equals("devnet");
        OptionValues values = OptionValues.of(
                method.options(), devnet ? Map.of("fit-epochs", 1, "fit-steps", 1, "fit-batch", 1) : Map.of());
        try (FeatureExtractor extractor =
                        devnet ? ResNet18Backbone.untrained(3, 32, backend) : new BuiltinBackbone(backend, SIDE);
                FewShotDetector detector = method.detector(extractor, null, 17, values)) {
            use.with(detector);
        }
    }

    private static References references(String method) {
        References.Builder builder = References.builder().normal(part(0, -1), part(1, -1), part(2, -1), part(3, -1));
        return method.equals("devnet") ? builder.abnormal(part(7, 10), spot(10)).build() : builder.build();
    }

    @Tag("long")
    @ParameterizedTest
    @ValueSource(strings = {"ideal", "nagl", "visionad", "patchcore", "anomalydino", "subspacead", "fdsl", "devnet"})
    void whatLiesOutsideTheRegionHasNoEffect(String name) {
        FitOptions options = FitOptions.DEFAULT.withRegion(columns(0, SIDE / 2));
        withDetector(name, detector -> {
            try (FittedDetector fitted = detector.fit(references(name), options)) {
                Anomaly good = fitted.score(part(8, -1));
                Anomaly outside = fitted.score(part(8, 76));
                ScoreMap map = outside.map();
                for (int y = 0; y < map.height(); y++) {
                    for (int x = map.width() / 2; x < map.width(); x++) {
                        assertThat(map.at(x, y)).isZero();
                    }
                }
                assertThat(outside.score()).isEqualTo(good.score());
                if (!name.equals("fdsl") && !name.equals("devnet")) { // these are untrained here
                    Anomaly inside = fitted.score(part(8, 10));
                    assertThat(inside.score()).isGreaterThan(3 * good.score());
                    assertThat(inside.verdict()).isEqualTo(Verdict.ANOMALOUS);
                    try (FittedDetector all = detector.fit(references(name))) {
                        assertThat(all.score(part(8, 76)).score()).isGreaterThan(3 * good.score());
                    }
                }
            }
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"ideal", "nagl", "visionad", "patchcore", "anomalydino", "subspacead"})
    void patchesThatDoNotCountAreNotStored(String name) {
        References marked = References.builder()
                .normal(part(0, -1))
                .add("with a spot", Role.NORMAL, part(1, 76), null, columns(SIDE / 2, SIDE))
                .build();
        References unmarked =
                References.builder().normal(part(0, -1), part(1, 76)).build();
        withDetector(name, detector -> {
            try (Scorer without = detector.scorer(marked);
                    Scorer with = detector.scorer(unmarked)) {
                assertThat(without.score(part(9, 76)).score())
                        .isGreaterThan(2 * with.score(part(9, 76)).score());
            }
        });
    }

    @Test
    void pixelsOfOneImageCanBeIgnored() {
        withDetector("ideal", detector -> {
            try (FittedDetector fitted = detector.fit(references("ideal"))) {
                List<Mask> ignored = new ArrayList<>();
                ignored.add(null);
                ignored.add(columns(0, SIDE / 2));
                List<Anomaly> scored = fitted.score(List.of(part(8, 10), part(8, 10)), ignored);
                assertThat(scored.get(0)).isEqualTo(fitted.score(part(8, 10)));
                assertThat(scored.get(1).map().at(22, 52)).isZero();
                assertThat(scored.get(1).score()).isLessThan(scored.get(0).score());
            }
        });
    }

    @Test
    void badMasksAreRefused() {
        withDetector("ideal", detector -> {
            References outside = References.builder()
                    .normal(part(0, -1), part(1, -1))
                    .abnormal(part(7, 76), spot(76))
                    .build();
            assertThatThrownBy(() -> detector.fit(outside, FitOptions.DEFAULT.withRegion(columns(0, SIDE / 2))))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("no defect among the pixels that count");
            assertThatThrownBy(() -> FitOptions.DEFAULT.withRegion(columns(0, 0)))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("region of interest");
            assertThatThrownBy(() -> References.builder()
                            .add("a", Role.NORMAL, part(0, -1), null, columns(0, SIDE))
                            .build())
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("all pixels");
            try (FittedDetector fitted = detector.fit(references("ideal"))) {
                assertThatThrownBy(() -> fitted.score(List.of(part(8, 10)), List.of(columns(0, SIDE))))
                        .isInstanceOf(InvalidInputException.class)
                        .hasMessageContaining("a patch that counts");
            }
        });
    }
}
