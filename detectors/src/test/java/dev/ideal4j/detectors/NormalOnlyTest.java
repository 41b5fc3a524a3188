package dev.ideal4j.detectors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ideal4j.backbone.builtin.BuiltinBackbone;
import dev.ideal4j.core.Backend;
import dev.ideal4j.core.Backends;
import dev.ideal4j.core.InvalidInputException;
import dev.ideal4j.core.image.Mask;
import dev.ideal4j.core.image.RgbImage;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Methods that learn from normal references alone. */
class NormalOnlyTest {
    private static final int SIDE = 112;

    private static RgbImage part(long seed, boolean defective) {
        Random random = new Random(seed);
        byte[] samples = new byte[3 * SIDE * SIDE];
        for (int i = 0; i < samples.length; i++) {
            int x = i / 3 % SIDE;
            int y = i / 3 / SIDE;
            boolean spot = defective && x > 40 && x < 70 && y > 40 && y < 70;
            samples[i] = (byte) (spot ? 20 : (x / 8 % 2 == 0 ? 150 : 110) + random.nextInt(25));
        }
        return new RgbImage(SIDE, SIDE, samples);
    }

    private static Scorer scorer(String name, BuiltinBackbone extractor, References references, Map<String, ?> chosen) {
        DetectorMethod method = DetectorMethods.named(name);
        try (FewShotDetector detector =
                method.detector(extractor, null, 0, OptionValues.of(method.options(), chosen))) {
            return detector.scorer(references);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"patchcore", "anomalydino", "subspacead"})
    void aDefectScoresHighAndTheSameBitsComeAgain(String name) {
        References references =
                References.builder().normal(part(1, false), part(2, false)).build();
        List<RgbImage> queries = List.of(part(3, false), part(4, true));
        try (Backend backend = Backends.open("cpu");
                BuiltinBackbone extractor = new BuiltinBackbone(backend, SIDE);
                Scorer scorer = scorer(name, extractor, references, Map.of());
                Scorer again = scorer(name, extractor, references, Map.of())) {
            List<Anomaly> scored = scorer.score(queries);
            assertThat(again.score(queries)).isEqualTo(scored);
            assertThat(scorer.score(queries.get(1))).isEqualTo(scored.get(1));
            assertThat(scored.get(1).score()).isGreaterThan(2 * scored.get(0).score());
            assertThat(scored.get(1).map().at(55, 55))
                    .isGreaterThan(2 * scored.get(1).map().at(5, 5));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"patchcore", "anomalydino", "subspacead"})
    void badInputIsRefused(String name) {
        boolean[] spot = new boolean[SIDE * SIDE];
        Arrays.fill(spot, 3000, 4000, true);
        References abnormal = References.builder()
                .abnormal(part(1, true), new Mask(SIDE, SIDE, spot))
                .build();
        DetectorMethod method = DetectorMethods.named(name);
        try (Backend backend = Backends.open("cpu");
                BuiltinBackbone extractor = new BuiltinBackbone(backend, SIDE)) {
            assertThatThrownBy(() -> scorer(name, extractor, abnormal, Map.of()))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("no normal image");
            assertThatThrownBy(() -> method.detector(extractor, Path.of("some.pth"), 0, OptionValues.NONE))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("some.pth");
        }
    }

    @Test
    void masksThatLeaveNothingAreRefusedInReferencesAndScoreZeroInQueries() {
        References references = References.builder().normal(part(1, false)).build();
        Map<String, Object> nothing = Map.of("mask-threshold", 1e9f);
        try (Backend backend = Backends.open("cpu");
                BuiltinBackbone extractor = new BuiltinBackbone(backend, SIDE)) {
            assertThatThrownBy(() -> scorer(
                            "anomalydino",
                            extractor,
                            references,
                            Map.of("mask-references", true, "mask-threshold", 1e9f)))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("masks that leave no patch");
            for (String name : List.of("anomalydino", "subspacead")) {
                try (Scorer scorer = scorer(
                                name, extractor, references, Map.of("mask-queries", true, "mask-threshold", 1e9f));
                        Scorer plain = scorer(name, extractor, references, nothing)) {
                    assertThat(scorer.score(part(2, true)).score()).isZero();
                    assertThat(plain.score(part(2, true)).score()).isPositive();
                }
            }
        }
    }

    @Test
    void theSeedOfAFitMatters() {
        References references =
                References.builder().normal(part(1, false), part(2, false)).build();
        try (Backend backend = Backends.open("cpu");
                BuiltinBackbone extractor = new BuiltinBackbone(backend, SIDE)) {
            for (String name : List.of("patchcore", "subspacead")) {
                try (Scorer one = scorer(name, extractor, references, Map.of("fit-seed", 1L));
                        Scorer two = scorer(name, extractor, references, Map.of("fit-seed", 2L))) {
                    assertThat(one.score(part(3, false)).score())
                            .as(name)
                            .isNotEqualTo(two.score(part(3, false)).score());
                }
            }
        }
    }
}
